net = linear(5,?) relu
