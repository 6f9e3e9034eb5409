x = 0.8
y = 1
loss = 2 * log(x - y) + log(y)
backward loss
