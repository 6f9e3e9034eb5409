x = 2
ys = [x, x^2]
backward ys
