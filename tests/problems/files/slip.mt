counter = 3
square(x) = x^2
print zzz
