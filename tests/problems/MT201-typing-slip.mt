value_of_x = 2
y = valeu_of_x + 1
