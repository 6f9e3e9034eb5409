net = linear(5,1)
train(net)
