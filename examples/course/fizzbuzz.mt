# Fizzbuzz.
word(n) = "fizzbuzz" if n % 15 == 0 else "fizz" if n % 3 == 0 else "buzz" if n % 5 == 0 else text(n)
join([word(n) for n in range(1, 16)], " ")
#= 1 2 fizz 4 buzz fizz 7 8 fizz buzz 11 fizz 13 14 fizzbuzz
