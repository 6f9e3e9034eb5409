w = 3
if w { print "yes" }
