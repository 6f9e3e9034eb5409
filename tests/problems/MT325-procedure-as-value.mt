twice(x) = {
    y = 2*x
}
z = twice(3) + 1
