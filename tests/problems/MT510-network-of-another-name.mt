net = linear(2,3) tanh linear(3,1)
m = linear(2,4) relu linear(4,1)
train m on xor epochs=60, lr=0.00001
