d = csv("files/ragged.csv", target="y")
