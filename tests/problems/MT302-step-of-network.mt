net = linear(2,1)
step net
