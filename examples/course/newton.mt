# Newton's method: the square root of 2 is where x^2 - 2 is 0.
f(x) = x^2 - 2
x = 1
repeat 5 {
    zero x
    y = f(x)
    backward y
    x := x - y / grad x
}
set digits=12
x
#= 1.41421356237
close(x, sqrt(2))
#= true
