x = 3
train x on xor
