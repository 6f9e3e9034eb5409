n = 3
for k in n { print k }
