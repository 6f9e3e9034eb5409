# Layer norm and batch norm written out.
standard(xs) = (xs - mean(xs)) / sqrt(mean((xs - mean(xs))^2) + 1e-5)
x = [[1, 2, 3], [4, 6, 11]]
[standard(row) for row in x]
#= [[-1.22474, 0.0, 1.22474], [-1.01905, -0.339683, 1.35873]]
transpose([standard(column) for column in transpose(x)])
#= [[-0.999998, -0.999999, -1.0], [0.999998, 0.999999, 1.0]]
backward standard(x[1])[2]
grad x
#= [[0.0, 0.0, 0.0], [0.0435489, -0.0609688, 0.0174199]]
