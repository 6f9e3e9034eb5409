x = 2
y = x^2
x = 3
backward y
grad x
