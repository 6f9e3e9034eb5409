print grad "x"
