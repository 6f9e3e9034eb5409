net = linear(2,3) tanh linear(3,1)
m = linear(2,4) relu linear(4,1) with init=zeros
train m on xor epochs=100
