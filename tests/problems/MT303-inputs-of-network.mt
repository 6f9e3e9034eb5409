net = linear(3,1)
net(1, 2)
