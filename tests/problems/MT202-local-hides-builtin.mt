spread(xs) = {
    max = max(xs)
    max - min(xs)
}
spread([1, 4])
