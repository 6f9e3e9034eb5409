# A confusion matrix counted by hand, from a trained network.
part, rest = split(iris, 0.7)
net = linear(4,6) tanh linear(6,3) softmax
train net on part epochs=60 optimizer=adam lr=0.03 every=never
said = [argmax(net(x)) for x, y in rest]
true_class = [y for x, y in rest]
count(i, j) = len([k for k, t in zip(said, true_class) if t == i and k == j])
matrix = [[count(i, j) for j in range(3)] for i in range(3)]
table(matrix, columns=["setosa", "versicolor", "virginica"])
#= setosa  versicolor  virginica
#= 11      0           0
#= 0       16          1
#= 0       0           17
sum([matrix[i][i] for i in range(3)]) / len(rest) == accuracy(net, rest)
#= true
