rate = 20
loss = exp(50 * rate)
print loss
print loss + 1
