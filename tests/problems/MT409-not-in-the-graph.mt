x = 2
w = 3
loss = (x - 1)^2
backward loss
print grad x, grad w
