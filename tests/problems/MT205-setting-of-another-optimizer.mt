net = linear(5,1)
train majority epochs=1 beta1=0.9
