print dot([1, 2], [1, 2, 3])
