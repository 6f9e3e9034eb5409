x = 2
repeat 2 { del x }
