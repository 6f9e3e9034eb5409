n = 4
k = 3
net = linear(5,n) relu linear(k,1)
