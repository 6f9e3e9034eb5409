w = -3
hidden = relu(w*2)
loss = (hidden - 1)^2
backward loss
grad w
