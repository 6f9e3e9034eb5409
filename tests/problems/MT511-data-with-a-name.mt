prices = [[[1e7], 1], [[2e7], 2], [[3e7], 3]]
net = linear(1,1)
train prices epochs=50
