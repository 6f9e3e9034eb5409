d = csv("files/empty.csv", target="y")
