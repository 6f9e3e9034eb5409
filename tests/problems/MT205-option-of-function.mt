d = moons(n=50, nois=0.1)
