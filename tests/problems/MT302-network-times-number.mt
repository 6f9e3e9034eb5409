net = linear(2,1)
print net * 2
