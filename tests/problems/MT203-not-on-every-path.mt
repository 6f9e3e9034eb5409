# run with --check
x = 2
if x > 3 { y = 1 }
print y
