net = linear(250,250)
show compiled net
