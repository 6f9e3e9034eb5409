x = 2
y = (x + 1
z = y * 2
