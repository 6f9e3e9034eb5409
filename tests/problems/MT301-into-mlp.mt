n = 3
net = linear(5,4) mlp(n,[2],1)
