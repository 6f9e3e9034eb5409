x = 2
assert x > 3, "x is large"
