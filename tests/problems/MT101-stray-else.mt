x = 2
print x
else { print 1 }
