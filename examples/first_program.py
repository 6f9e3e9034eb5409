"""The first program of mini-torch on our engine; its twin is first_program.mt."""

from engine import Linear, MiniOptimizer, mse_loss, target_generator

model = Linear(5, 1)
optimizer = MiniOptimizer([model], lr=0.1)

for epoch in range(100):
    x, y = target_generator()
    loss = mse_loss(model(x), y)

    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    print("Epoch", epoch, "Loss:", loss.data)
