net = linear(1,1)
train [[[3],1],[[4],2]] epochs=12 lr=0.1
