x = 2
undo 0
