x = 2
y = 3
backward x^2
grad y
