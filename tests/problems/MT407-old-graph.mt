w = 0
loss = (w - 3)^2
repeat 3 {
    zero
    backward loss
    w := w - 0.1 * grad w
}
