total = 0
count = 0
print total / count
