w = 1
opt = sgd([w], lr=0.1)
opt.step()
