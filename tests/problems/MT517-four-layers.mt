deep = linear(2,4) sigmoid linear(4,4) sigmoid linear(4,4) sigmoid linear(4,4) sigmoid linear(4,1)
train deep on xor
