x = 2
if x > 1 { root(a) = sqrt(a - 5) }
y = value(root(x))
print y
