f(x) = sin x
