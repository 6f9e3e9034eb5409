x = 2
y = x*x
y := 3
