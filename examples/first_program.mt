# One affine layer, one row a step: the first program of mini-torch.
# The same program in Python is examples/first_program.py; both print the same numbers.

set digits=17

model = linear(5,1)
optimizer = sgd(model, lr=0.1)

for epoch in range(100) {
    x, y = sample(majority)
    loss = mse(model(x), y)

    zero model
    backward loss
    step optimizer

    print "Epoch", epoch, "Loss:", loss
}
