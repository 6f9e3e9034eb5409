far = [[[100*a, 100*b], value(y)] for a, b, y in [[1,2,0],[2,1,1],[3,4,1],[4,3,0]]]
net = linear(2,4) tanh linear(4,1)
train far epochs=200 lr=0.05
