net = linear(2,1) relu with init=zeros
x = 1
y = net(x, 2)
backward y
grad x
