net = Linear(5, 4)
