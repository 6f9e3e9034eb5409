flowers = csv("files/three-kinds.csv")
net = linear(2,1)
train flowers epochs=3
