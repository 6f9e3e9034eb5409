net = [linear(5,4), relu, linear(4,1)]
train net on majority epochs=1
