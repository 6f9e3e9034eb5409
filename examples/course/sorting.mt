# Sorting by hand, and by what there is.
xs = [5, 2, 8, 1, 9, 3]
quick(xs) = xs if len(xs) < 2 else concat(quick([x for x in xs[1:] if x < xs[0]]), [xs[0]], quick([x for x in xs[1:] if x >= xs[0]]))
quick(xs)
#= [1.0, 2.0, 3.0, 5.0, 8.0, 9.0]
quick(xs) == sort(xs)
#= true
order(xs)
#= [3, 1, 5, 0, 2, 4]
