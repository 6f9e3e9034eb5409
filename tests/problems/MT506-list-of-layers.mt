net = [linear(5,4), relu, linear(4,1)]
train majority epochs=1
