x = 2
y = 1 + backward
