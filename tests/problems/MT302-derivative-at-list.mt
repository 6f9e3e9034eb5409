f(x) = x^2
xs = [1, 2]
print f'(xs)
