x = 2
del x
print x
