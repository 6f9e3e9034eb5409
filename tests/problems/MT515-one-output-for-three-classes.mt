net = linear(2,8) tanh linear(8,1)
train blobs epochs=5
