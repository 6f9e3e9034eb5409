set engine=compiled
net = linear(250,250)
d = [[[0 for k in range(250)], [0 for k in range(250)]]]
train net on d epochs=1
