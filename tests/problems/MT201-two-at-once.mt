a = 1
print aa
print ab
