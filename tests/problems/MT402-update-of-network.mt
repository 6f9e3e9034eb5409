net = linear(2,1)
net := 3
