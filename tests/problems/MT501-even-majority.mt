d = majority(4)
