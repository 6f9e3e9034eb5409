curve = linear(1,1)
train curve on sine epochs=300 batch=all
train curve on sine epochs=20 batch=all lr=0.0001
