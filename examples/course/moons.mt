# micrograd's demo: two moons, a hinge loss, weight decay, a falling rate; all by hand.
seed 1337
data = moons(n=30, noise=0.1, labels=signed)
net = linear(2,8) relu linear(8,8) relu linear(8,1)
for k in range(40) {
    zero net
    loss = mean([relu(1 - y*net(x)) for x, y in data]) + 1e-4 * sum([p^2 for p in params(net)])
    backward loss
    for p in params(net) { p := p - (1 - 0.9*k/40) * grad p }
}
print loss
#= 0.226226
accuracy(net, data)
#= 0.866667
