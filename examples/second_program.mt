# Four affine layers without activations, the second program of mini-torch, at its learning rate
# of 1e-6. The same program in Python is examples/second_program.py; both print the same numbers.
# The loss hardly moves; and however long it trains, an affine network cannot go below 19/256.

set digits=17

model = linear(5,4) linear(4,8) linear(8,4) linear(4,1)
optimizer = sgd(model, lr=0.000001)

for epoch in range(500) {
    total_loss = 0
    repeat 32 {
        x, y = sample(majority)
        total_loss += mse(model(x), y)
    }
    average = total_loss / 32

    zero model
    backward average
    step optimizer

    print "loss:", average
}

x, y = sample(majority)
print x, "target", y, "pred", binary_round(model(x))
