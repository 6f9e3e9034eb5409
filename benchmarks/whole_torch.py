"""What `train majority epochs=500` does, as one would write it in PyTorch; timed as a process."""

import random
from itertools import pairwise

import torch


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(1337)
    rng = random.Random(1337)
    widths = [5, 4, 8, 4, 1]
    layers = []
    for fan_in, fan_out in pairwise(widths):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    criterion = torch.nn.MSELoss()
    for epoch in range(1, 501):
        bits = [[float(rng.random() < 0.5) for _ in range(5)] for _ in range(32)]
        targets = [[float(sum(row) > 2.5)] for row in bits]
        optimizer.zero_grad()
        loss = criterion(model(torch.tensor(bits)), torch.tensor(targets))
        loss.backward()
        optimizer.step()
        if epoch == 1 or epoch % 50 == 0:
            print(f"epoch {epoch}/500  loss {loss.item():.6g}")


if __name__ == "__main__":
    main()
