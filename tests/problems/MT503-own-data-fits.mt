d = moons(n=10)
clf = linear(2,3) relu linear(3,1)
test clf
