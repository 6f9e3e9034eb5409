net = linear(5,?) relu linear(?,1)
