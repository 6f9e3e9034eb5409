# A 1-D convolution that learns to take differences.
x = [0, 1, 3, 6, 10, 15, 21]
conv(x, w) = [dot(x[i:i + len(w)], w) for i in range(len(x) - len(w) + 1)]
wanted = conv(x, [-1, 1])
w = [0, 0]
repeat 3000 {
    zero w
    loss = mean((conv(x, w) - wanted)^2)
    backward loss
    w := w - 0.002 * grad w
}
wanted
#= [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
loss < 1e-4
#= true
