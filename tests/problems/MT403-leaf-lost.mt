w = 3
loss = w^2
backward loss
w = w - 0.1*w
