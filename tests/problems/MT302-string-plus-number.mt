x = 2
print "x is " + x
