x = 2
y = x^2
print y'(2)
