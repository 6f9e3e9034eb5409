net = linear(2,4) sigmoid linear(4,1) with bias=50
train xor epochs=20
