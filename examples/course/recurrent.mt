# A recurrent cell reads four numbers, one after the other, backward through time.
wx = 0.5; wh = 0.8; b = 0.1
h = 0
for x in [1, -1, 2, 0.5] { h = tanh(wx*x + wh*h + b) }
h
#= 0.760366
backward h
print grad wx, grad wh, grad b
#= 0.404116 0.394755 0.684884
