# Fibonacci's numbers, by recursion and by a loop.
fib(n) = n if n < 2 else fib(n - 1) + fib(n - 2)
[fib(n) for n in range(15)]
#= [0, 1, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0, 89.0, 144.0, 233.0, 377.0]
a, b = [0, 1]
for k in range(80) { a, b = [b, a + b] }
a
#= 2.34167e+16
