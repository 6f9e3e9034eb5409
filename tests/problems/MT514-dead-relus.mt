net = linear(2,2) relu linear(2,1) with init=zeros bias=-1
train xor epochs=20 lr=0.1
