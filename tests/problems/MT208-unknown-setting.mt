set digit = 4
