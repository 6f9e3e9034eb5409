m = linear(2,1) relu linear(1,1) with init=zeros
train m on xor epochs=100
