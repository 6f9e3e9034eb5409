# Real handwritten digits, read to 95 % on rows that were not trained on.
part, rest = split(digits, 0.8)
net = linear(64,16) relu linear(16,10) softmax
train net on part epochs=12 optimizer=adam lr=0.005 validate=rest every=never
accuracy(net, rest) >= 0.95
#= true
