w = 0
repeat 3 {
    loss = (w - 3)^2
    backward loss
    w := w - 0.1 * grad w
}
