# run with --check
n = len(moons)
for k in range(n) { last = k }
print last
