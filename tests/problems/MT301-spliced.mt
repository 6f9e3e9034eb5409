encoder = linear(8,3) tanh
decoder = linear(4,8)
auto = encoder decoder
