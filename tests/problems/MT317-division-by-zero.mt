a = 3; b = 0
ratio = a / b
print ratio
