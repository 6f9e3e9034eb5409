# micrograd's first graph: L = d*f with d = a*b + c, and one step uphill.
a = 2; b = -3; c = 10; f = -2
d = a*b + c
L = d*f
L
#= -8.0
backward L
print grad a, grad b, grad c, grad d, grad f
#= 6.0 -4.0 -2.0 -2.0 4.0
for w in [a, b, c, f] { w := w + 0.01*grad w }
(a*b + c) * f
#= -7.2865
