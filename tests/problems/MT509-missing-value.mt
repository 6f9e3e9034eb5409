d = csv("files/missing.csv", target="y")
