# run with --max-output=100
for k in range(1000) {
    print "a line of some length", k
}
