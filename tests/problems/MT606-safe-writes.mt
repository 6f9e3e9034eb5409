# run with --safe
net = linear(2,1)
save net to "net.json"
