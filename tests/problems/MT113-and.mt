x = 2
if x > 1 && x < 3 { print x }
