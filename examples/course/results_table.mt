# A table of results: every optimizer, two sizes, one line each.
rows = []
for rule in ["sgd", "momentum", "adam"] {
    for width in [2, 8] {
        net = linear(2,width) tanh linear(width,1) with seed=4
        train net on xor epochs=300 optimizer=rule every=never
        rows = append(rows, [rule, width, accuracy(net, xor)])
    }
}
table(rows, columns=["rule", "width", "accuracy"])
#= rule      width  accuracy
#= sgd       2.0    0.75
#= sgd       8.0    1.0
#= momentum  2.0    1.0
#= momentum  8.0    1.0
#= adam      2.0    0.5
#= adam      8.0    1.0
