"""The second program of mini-torch on our engine; its twin is second_program.mt."""

from engine import MiniOptimizer, Tensor, binary_round, mse_loss, nn, target_generator


class NeuralNetwork(nn.Module):
    """Four affine layers, from five bits to one number."""

    def __init__(self, in_channel: int, out_channel: int) -> None:
        self.l1 = nn.Linear(in_channel, 4)
        self.l2 = nn.Linear(4, 8)
        self.l3 = nn.Linear(8, 4)
        self.l4 = nn.Linear(4, out_channel)

    def forward(self, x: list[Tensor]) -> Tensor:
        return self.l4(self.l3(self.l2(self.l1(x))))


model = NeuralNetwork(5, 1)
optimizer = MiniOptimizer(model, 0.000001)

for _ in range(500):
    total_loss = Tensor(0)
    for _ in range(32):
        x, y = target_generator()
        total_loss += mse_loss(model(x), y)
    average = total_loss / 32

    optimizer.zero_grad()
    average.backward()
    optimizer.step()

    print("loss:", average.data)

x, y = target_generator()
prediction = binary_round(model(x))
print([bit.data for bit in x], "target", y.data, "pred", prediction.data)
