d = csv("files/thousands.csv")
