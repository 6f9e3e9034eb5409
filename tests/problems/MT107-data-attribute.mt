x = 2
y = x.data + 1
