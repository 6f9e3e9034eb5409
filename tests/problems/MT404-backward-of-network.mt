net = linear(2,1)
backward net
