net = linear(2,1)
export net to "net.py" as tensorflow
