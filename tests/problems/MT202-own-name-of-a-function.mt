total = 0
add(x) = {
    total = total + x
}
add(2)
