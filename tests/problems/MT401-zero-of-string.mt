zero "x"
