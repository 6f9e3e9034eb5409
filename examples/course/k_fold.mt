# Five-fold cross-validation: each fifth is tested once by a network that has not seen it.
rows = shuffle(iris)
folds = [rows[30*k:30*(k + 1)] for k in range(5)]
scores = []
for k in range(5) {
    net = linear(4,6) tanh linear(6,3) softmax
    train net on concat([folds[j] for j in range(5) if j != k]) epochs=40 optimizer=adam lr=0.03 every=never
    scores = append(scores, accuracy(net, folds[k]))
}
table([[k + 1, s] for k, s in enumerate(scores)], columns=["fold", "accuracy"])
#= fold  accuracy
#= 1     1.0
#= 2     0.933333
#= 3     1.0
#= 4     0.9
#= 5     0.966667
mean(scores) > 0.9
#= true
