xs = range(1e9)
