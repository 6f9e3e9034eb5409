net = linear(2,3) sigmoid linear(3,3) sigmoid linear(3,3) sigmoid linear(3,3) sigmoid linear(3,3) sigmoid linear(3,3) sigmoid linear(3,3) sigmoid linear(3,3) sigmoid linear(3,1)
train xor epochs=20 lr=0.1
