x = 2
f = x^2
print f(3)
