# Logistic regression: hours of study, and whether the exam was passed.
hours = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]
passed = [0, 0, 0, 1, 0, 1, 1, 1]
w = 0; b = 0
repeat 2000 {
    zero w, b
    loss = mean([bce(sigmoid(w*x + b), y) for x, y in zip(hours, passed)])
    backward loss
    w := w - 0.5 * grad w
    b := b - 0.5 * grad b
}
print "loss", loss
#= loss 0.312881
print "even chance at", -b/w, "hours"
#= even chance at 2.24992 hours
