xs = [3, 1, -2]
f(x) = sqrt(x) + 1
loss = sum([f(x) for x in xs])
backward loss
