net = relu tanh
train xor epochs=1
