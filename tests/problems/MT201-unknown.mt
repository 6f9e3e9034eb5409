print speed * 2
