x = 2
y = 1 if x > 0
