xs = [1, 2]; k = 3
xs = xs + [k]
