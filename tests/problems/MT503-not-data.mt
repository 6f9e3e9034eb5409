net = linear(2,1)
rows = 5
train net on rows
