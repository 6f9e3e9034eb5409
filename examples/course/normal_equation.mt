# Least squares at one stroke: (X'X) w = X'y, for a line through four points.
X = [[1, 0], [1, 1], [1, 2], [1, 3]]
y = [1, 3, 5, 7.4]
A = [[dot(p, q) for q in transpose(X)] for p in transpose(X)]
r = transpose(X) @ y
d = A[0][0]*A[1][1] - A[0][1]*A[1][0]
w = [(A[1][1]*r[0] - A[0][1]*r[1])/d, (A[0][0]*r[1] - A[1][0]*r[0])/d]
w
#= [0.92, 2.12]
table([[x[1], t, dot(w, x)] for x, t in zip(X, y)], columns=["x", "y", "line"])
#= x    y    line
#= 0.0  1.0  0.92
#= 1.0  3.0  3.04
#= 2.0  5.0  5.16
#= 3.0  7.4  7.28
