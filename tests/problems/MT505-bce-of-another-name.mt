m = linear(2,3) tanh linear(3,1) tanh
train m on xor loss=bce
