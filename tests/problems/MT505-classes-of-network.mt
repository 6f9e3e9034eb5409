net = linear(1,3) softmax
train net on sine(n=10) epochs=1
