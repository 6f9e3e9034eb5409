f = x^2 + 1
print f(2)
