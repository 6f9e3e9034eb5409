x = 2
return x^2
