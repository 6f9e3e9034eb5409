net = linear(2,3) linear(3,1)
train xor epochs=200 lr=0.1
