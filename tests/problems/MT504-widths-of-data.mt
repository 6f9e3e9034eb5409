net = linear(4,1)
train majority
