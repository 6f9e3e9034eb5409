# Polynomial regression: y = 1 - 2x + 3x^2 from eleven points, by gradient descent.
xs = [k/5 - 1 for k in range(11)]
ys = [1 - 2*x + 3*x^2 for x in xs]
w = [0, 0, 0]
repeat 400 {
    zero w
    loss = mean([(w[0] + w[1]*x + w[2]*x^2 - y)^2 for x, y in zip(xs, ys)])
    backward loss
    w := w - 0.5 * grad w
}
loss < 1e-6
#= true
w
#= [1.0, -2.0, 3.0]
