print moons'(2)
