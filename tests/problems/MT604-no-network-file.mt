net = load("files/good.csv")
