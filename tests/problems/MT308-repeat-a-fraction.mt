repeat 2.5 { print 1 }
