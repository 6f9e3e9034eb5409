net = linear(5,0)
