net = linear(5,4) relu linear(3,1)
