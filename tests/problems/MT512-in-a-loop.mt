net = linear(2,4) tanh linear(4,1)
for rate in [3, 2] { train xor lr=rate every=100 }
