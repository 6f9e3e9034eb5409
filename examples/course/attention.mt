# One head of attention over three tokens of two numbers.
x = [[1, 0], [0, 1], [1, 1]]
Wq = [[1, 0], [0, 1]]; Wk = [[0, 1], [1, 0]]; Wv = [[2, 0], [0, 3]]
q = [Wq @ t for t in x]; k = [Wk @ t for t in x]; v = [Wv @ t for t in x]
a = softmax([[dot(i, j)/sqrt(2) for j in k] for i in q])
out = [transpose(v) @ row for row in a]
[sum(row) for row in a]
#= [1.0, 1.0, 1.0]
out
#= [[1.19778, 2.40667], [1.60445, 1.79666], [1.50349, 2.25523]]
backward sum(out[0])
grad Wv
#= [[0.598888, 0.802224], [0.598888, 0.802224]]
