net = linear(5,?) relu linear(4,1)
