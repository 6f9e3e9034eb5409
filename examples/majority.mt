#!/usr/bin/env minitorch
# Predict the commoner of five bits.
#
# Each row of `majority` is five random bits; the target is the bit that occurs more often.
# There are 2^5 = 32 different rows, and the network shall get every one of them right.

net = linear(5,4) relu linear(4,8) relu linear(8,4) relu linear(4,1) with bias=0.3
show net

train majority epochs=500 lr=0.25
test majority

# A few random rows: inputs, target, and what the network says, rounded to 0 or 1.
repeat 5 {
    x, y = sample(majority)
    print x, "target", y, "prediction", binary_round(net(x))
}

assert accuracy(net, majority) == 1, "not every row was learnt"
print "all 32 rows learnt"
