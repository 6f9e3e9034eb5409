net = linear(5,4) relu linear(4,1)
train majority epochs=50 lr=1e-6
