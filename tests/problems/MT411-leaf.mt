w = 3
backward w
