# Fibonacci's numbers, by recursion and by a loop.
fib(n) = n if n < 2 else fib(n - 1) + fib(n - 2)
[fib(n) for n in range(15)]
#= [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377]
a, b = [0, 1]
for k in range(80) { a, b = [b, a + b] }
a
#= 2.34167e+16
