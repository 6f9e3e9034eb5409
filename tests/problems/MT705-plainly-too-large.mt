net = linear(100000, 100000) relu linear(100000, 1)
