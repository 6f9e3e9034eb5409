x = 2
loss = x^2
loss.backward()
