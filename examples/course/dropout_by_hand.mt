# Dropout by hand: each number is dropped with chance p, the others are scaled up.
drop(xs, p) = [0 if random() < p else x/(1 - p) for x in xs]
xs = normal(1000)
dropped = drop(xs, 0.25)
abs(len([d for d in dropped if d == 0])/1000 - 0.25) < 0.05
#= true
abs(sum(drop([1 for k in range(1000)], 0.25))/1000 - 1) < 0.1
#= true
