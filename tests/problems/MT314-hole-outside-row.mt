print exp(?)
