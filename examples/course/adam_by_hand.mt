# Adam written out, beside the built-in one: equal in all digits.
a = [1.5, -0.7]; opt = adam([a], lr=0.1)
w = [1.5, -0.7]; m = [0, 0]; v = [0, 0]
f(p) = p[0]^2 + 10*p[1]^2 + p[0]*p[1]
for t in range(1, 51) {
    zero a
    backward f(a)
    step opt
    zero w
    backward f(w)
    g = grad w
    m := m + (1 - 0.9)*(g - m)
    v := 0.999*v + (1 - 0.999)*g*g
    w := w - 0.1/(1 - 0.9^t) * m / (sqrt(v)/sqrt(1 - 0.999^t) + 1e-8)
}
a == w
#= true
w
#= [0.0956018, -0.0157867]
