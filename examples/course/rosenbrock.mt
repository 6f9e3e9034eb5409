# Rosenbrock's valley, down by gradient descent with momentum.
f(x, y) = (1 - x)^2 + 100*(y - x^2)^2
p = [-1, 1]
v = [0, 0]
repeat 3000 {
    zero p
    backward f(p[0], p[1])
    v := 0.9*v - 0.0005 * grad p
    p := p + v
}
print p
#= [0.999115, 0.998228]
f(p[0], p[1]) < 1e-4
#= true
