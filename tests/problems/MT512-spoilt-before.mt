net = linear(1,1) with seed=1
train [[[100],1],[[200],2]] epochs=3 lr=10
train [[[100],1],[[200],2]] epochs=15 lr=0.1
