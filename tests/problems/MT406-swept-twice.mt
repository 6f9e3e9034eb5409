x = 2
y = x^2
backward y
backward y
grad x
