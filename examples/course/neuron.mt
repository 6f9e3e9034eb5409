# micrograd's neuron with two inputs and a tanh.
x1 = 2; x2 = 0
w1 = -3; w2 = 1
b = 6.8813735870195432
o = tanh(x1*w1 + x2*w2 + b)
o
#= 0.707107
backward o
print grad x1, grad w1, grad x2, grad w2
#= -1.5 1.0 0.5 0.0
