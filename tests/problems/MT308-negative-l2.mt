net = linear(2,1)
train xor lr=0.1 l2=-1
