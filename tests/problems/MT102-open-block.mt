repeat 3 {
    print 1
