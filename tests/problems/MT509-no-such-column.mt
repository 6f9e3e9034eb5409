d = csv("files/good.csv", target="z")
