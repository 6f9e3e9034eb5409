area(a, b) = a*b
print area'(3)
