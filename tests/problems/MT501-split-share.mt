a, b = split(moons, 1.5)
