x = log(-1)
