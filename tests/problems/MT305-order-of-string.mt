print "b" < 3
