# How often does a small network learn xor? Twenty first weights will tell.
solved = 0
for k in range(20) {
    seed k
    net = linear(2,3) tanh linear(3,1)
    train net on xor epochs=400 lr=0.1 every=never
    if accuracy(net, xor) == 1 { solved := solved + 1 }
}
print solved, "of 20"
#= 17.0 of 20
