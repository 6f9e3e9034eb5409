net = linear(5,1)
train majority epochs=10 lr=0.1 epochs=20
