x = 2
backward x^3
g = grad x
backward g
