net = linear(2,1)
train xor momentum=2
