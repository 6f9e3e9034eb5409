net = linear(5)
