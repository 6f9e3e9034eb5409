net = linear(2,3) relu linear(3,1)
print net'(1)
