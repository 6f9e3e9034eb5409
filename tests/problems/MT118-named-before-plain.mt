d = moons(noise=0.1, 50)
