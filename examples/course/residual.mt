# A residual network: each block adds to what it was given, so gradients have a short way.
seed 3
first = linear(1,6); block1 = linear(6,6) tanh; block2 = linear(6,6) tanh; last = linear(6,1)
add(h, block) = h + block(h)
model(x) = last(add(add(first(x), block1), block2))
rows = [[x/3, (x/3)^2] for x in range(-3, 4)]
all_params = concat([params(part) for part in [first, block1, block2, last]])
opt = adam(all_params, lr=0.03)
repeat 150 {
    zero all_params
    loss = mean([(model([x]) - y)^2 for x, y in rows])
    backward loss
    step opt
}
loss < 0.001
#= true
