print log(2, 3)
