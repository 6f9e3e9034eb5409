net = linear(2,3) tanh linear(3,1)
losses = []
for rate in [0.1, 0.2] {
    train xor epochs=5 lr=rate every=5
    losses = append(losses, rate)
}
