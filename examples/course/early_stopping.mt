# Early stopping: training ends when the validation loss has not fallen for 5 rounds.
part, rest = split(moons(n=80, noise=0.3), 0.5)
net = linear(2,16) tanh linear(16,1) with seed=1
best = 1e9; waited = 0; rounds = 0
while waited < 5 {
    train net on part epochs=5 optimizer=adam lr=0.03 validate=rest every=never
    now = value(validation_losses[-1])
    rounds := rounds + 1
    waited := waited + 1
    if now < best { best := now; waited := 0; kept = copy(net) }
}
print "best after", rounds - waited, "rounds"
#= best after 8.0 rounds
accuracy(kept, rest)
#= 0.875
