net = linear(2,2) relu linear(2,1) with bias=-9
train xor epochs=100 lr=0.1
