net = linear(2,2) tanh linear(2,1)
steep = linear(2,4) relu linear(4,1) with seed=5
train steep on xor lr=0.8
