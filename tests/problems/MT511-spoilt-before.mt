net = linear(1,1)
train [[[100],1],[[200],2]] epochs=200 lr=10
train [[[100],1],[[200],2]] epochs=200 lr=0.00001
