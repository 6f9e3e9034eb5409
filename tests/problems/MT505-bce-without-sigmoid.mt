net = linear(2,1) with seed=1
train xor loss=bce
