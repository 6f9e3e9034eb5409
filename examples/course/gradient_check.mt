# A gradient checked by hand: nudge each weight, see how the loss moves.
net = linear(2,3) tanh linear(3,1) with seed=2
loss(net) = mean([(net(x) - y)^2 for x, y in xor])
backward loss(net)
worst = 0
for p in params(net) {
    old = value(p)
    p := old + 1e-5; up = value(loss(net))
    p := old - 1e-5; down = value(loss(net))
    p := old
    worst := max(worst, abs((up - down)/2e-5 - grad p))
}
worst < 1e-8
#= true
