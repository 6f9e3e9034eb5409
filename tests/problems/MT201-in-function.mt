f(x) = x + offst
offset = 2
f(1)
