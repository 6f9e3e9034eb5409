b = linear(3,1)
net = linear(5,4) b
