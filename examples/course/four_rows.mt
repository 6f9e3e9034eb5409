# micrograd's network on four rows, trained by hand.
seed 7
xs = [[2, 3, -1], [3, -1, 0.5], [0.5, 1, 1], [1, 1, -1]]
ys = [1, -1, -1, 1]
net = linear(3,4) tanh linear(4,4) tanh linear(4,1) tanh
repeat 60 {
    zero net
    loss = sum([(net(x) - y)^2 for x, y in zip(xs, ys)])
    backward loss
    for p in params(net) { p := p - 0.05 * grad p }
}
loss < 0.05
#= true
[round(net(x)) for x in xs] == ys
#= true
