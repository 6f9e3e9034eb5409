area(a, b) = a*b
area(3)
