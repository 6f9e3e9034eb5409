net = linear(77,1)
test net
