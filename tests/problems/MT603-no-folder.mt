net = linear(2,1)
save net to "nowhere/net.json"
