f(x) = x^2
print f'(1, 2)
