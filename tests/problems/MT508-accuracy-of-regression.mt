net = linear(1,1)
print accuracy(net, sine)
