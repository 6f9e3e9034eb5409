net = linear(2,4) sigmoid linear(4,1) sigmoid
train xor lr=0.0001
