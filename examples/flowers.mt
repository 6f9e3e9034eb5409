#!/usr/bin/env minitorch
# Three species of flowers, told apart by four lengths of their leaves.
#
# examples/data/flowers.csv holds 90 made-up flowers, drawn around the means and spreads of the
# three species of Fisher's iris data. The last column is a text: it becomes the class.

flowers = csv("data/flowers.csv", target="species", scale=true)
learn, check = split(flowers, 0.7)
net = linear(4,8) relu linear(8,3) softmax
train learn epochs=60 lr=0.1 validate=check
test check
