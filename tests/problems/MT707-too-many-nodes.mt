# run with --max-nodes=1000
x = 1
y = x
repeat 100000 { y = y + x }
