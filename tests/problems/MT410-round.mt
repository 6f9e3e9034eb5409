x = 2.4
steps = round(x)
z = steps^2 + 1
backward z
grad x
