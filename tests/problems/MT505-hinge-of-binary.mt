net = linear(2,1)
train xor loss=hinge
