a = linear(5,1)
b = linear(5,1)
train majority epochs=1
