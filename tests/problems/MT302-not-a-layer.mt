x = 3
net = linear(2,3) x
