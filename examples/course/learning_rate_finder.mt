# A learning-rate finder: the same start, ever larger rates, a table of what came of them.
rows = []
for lr in [0.02, 0.05, 0.1, 0.2] {
    net = linear(2,8) tanh linear(8,1) with seed=5
    train net on moons epochs=10 lr=lr every=never
    rows = append(rows, [lr, losses[-1]])
}
set digits=3
table(rows, columns=["lr", "loss"])
#= lr    loss
#= 0.02  0.249
#= 0.05  0.156
#= 0.1   0.119
#= 0.2   0.101
best = argmin([row[1] for row in rows])
rows[best][0]
#= 0.2
