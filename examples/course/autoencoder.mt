# An autoencoder: eight one-hot rows through three numbers and back.
rows = [[1 if j == k else 0 for j in range(8)] for k in range(8)]
encoder = linear(8,3) tanh with seed=1
decoder = linear(3,8) softmax with seed=2
auto = encoder decoder
train auto on zip(rows, rows) epochs=400 optimizer=adam lr=0.05 every=last
#= trained auto on data: 400 epochs, loss 2.1705 → 0.0031 (cross_entropy), accuracy 8/8
[argmax(auto(x)) for x in rows]
#= [0, 1, 2, 3, 4, 5, 6, 7]
len(encoder(rows[0]))
#= 3
