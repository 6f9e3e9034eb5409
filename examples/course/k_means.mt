# k-means: two centres find the middle of two groups of points.
points = [[1, 1], [1.5, 2], [1, 1.5], [8, 8], [9, 8.5], [8.5, 9]]
distance(a, b) = sum((a - b)^2)
centres = [points[0], points[1]]
repeat 5 {
    nearest = [argmin([distance(p, c) for c in centres]) for p in points]
    centres = [mean([p for p, k in zip(points, nearest) if k == j]) for j in range(2)]
}
nearest
#= [0, 0, 0, 1, 1, 1]
centres
#= [[1.16667, 1.5], [8.5, 8.5]]
