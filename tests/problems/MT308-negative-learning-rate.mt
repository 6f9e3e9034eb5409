net = linear(5,1)
train majority epochs=1 lr=-1
