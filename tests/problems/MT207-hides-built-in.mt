sum = 2 + 3
print sum
