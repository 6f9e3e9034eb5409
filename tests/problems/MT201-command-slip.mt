x = 2
z = x*x
bakward z
