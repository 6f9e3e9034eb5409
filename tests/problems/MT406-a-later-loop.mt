xs = [1, 2, 3]; ys = [2, 4, 6]
w = 0
for k in range(3) { loss = mean([(w*x - y)^2 for x, y in zip(xs, ys)]); zero w; backward loss; w := w - 0.1*grad w }
for k in range(3) { loss = mean([(w*x - y)^2 for x, y in zip(xs, ys)]); backward loss; w := w - 0.1*grad w }
