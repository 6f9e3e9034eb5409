# run with --check
for k in range(3) { last = k }
print last
