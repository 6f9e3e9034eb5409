clf = linear(2,3) relu linear(3,1)
train circles epochs=1
test clf
