x = 2
f(a) = value(a)*3
w = 1
z = f(x) + w
backward z
grad x
