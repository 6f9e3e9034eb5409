score(xs) = {
    middle = mean(xs)
    total = sum([(x - midle)^2 for x in xs])
    total
}
score([1, 2])
