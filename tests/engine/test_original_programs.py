"""The two programs of the original mini-torch document, with only their import lines changed."""

import contextlib
import io
import re

import pytest

import engine
from engine.datasets import majority
from engine.evaluation import evaluate
from engine.randomness import DEFAULT_SEED

FIRST = """
from engine import Linear, MiniOptimizer, mse_loss, target_generator

model = Linear(5, 1)
optimizer = MiniOptimizer([model], lr=0.1)
for epoch in range(100):
    x, y = target_generator()
    pred = model(x)
    loss = mse_loss(pred, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"Epoch {epoch}, Loss: {loss.data}")
"""

SECOND = """
from engine import MiniOptimizer, Tensor, binary_round, mse_loss, nn, target_generator

class NeuralNetwork(nn.Module):
    def __init__(self, in_channel, out_channel):
        super().__init__()
        self.l1 = nn.Linear(in_channel, 4)
        self.l2 = nn.Linear(4, 8)
        self.l3 = nn.Linear(8, 4)
        self.l4 = nn.Linear(4, out_channel)

    def forward(self, x):
        x = self.l1(x)
        x = self.l2(x)
        x = self.l3(x)
        x = self.l4(x)
        return x

model = NeuralNetwork(5, 1)
optimizer = MiniOptimizer(model, 0.000001)
for epoch in range(500):
    total_loss = Tensor(0)
    for _ in range(32):
        x, y = target_generator()
        out = model(x)
        total_loss += mse_loss(out, y)
    optimizer.zero_grad()
    avg_loss = total_loss / 32
    avg_loss.backward()
    optimizer.step()
    print("loss:", avg_loss)

x, y = target_generator()
out = model(x)
out = binary_round(out)
for i in x:
    print(i.data, end=" ")
print("target", y.data)
print("pred", out.data)
"""


def run(program: str, seed: int) -> tuple[list[str], dict]:
    engine.seed(seed)
    printed = io.StringIO()
    names: dict = {"__name__": "program"}
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "program.py", "exec"), names)
    return printed.getvalue().splitlines(), names


@pytest.mark.parametrize("seed", [DEFAULT_SEED, 1, 2, 3, 4])
def test_the_loss_of_the_first_program_falls(seed: int) -> None:
    engine.seed(seed)
    start = evaluate(engine.Linear(5, 1), majority()).loss  # the same first weights
    lines, names = run(FIRST, seed)
    losses = [float(line.split("Loss: ")[1]) for line in lines]
    assert len(losses) == 100
    end = evaluate(names["model"], majority()).loss
    assert 19 / 256 <= end < 0.6 * start


@pytest.mark.slow
def test_the_second_program_runs_and_its_learning_rate_hardly_moves_it() -> None:
    lines, names = run(SECOND, DEFAULT_SEED)
    losses = []
    for line in lines[:500]:
        found = re.fullmatch(r"loss: Value\(data=([-0-9.e]+), grad=1.0\)", line)
        assert found, line
        losses.append(float(found.group(1)))
    assert len(losses) == 500
    assert re.fullmatch(r"([01]\.0 ){5}target [01]\.0", lines[500])
    assert re.fullmatch(r"pred [01]\.0", lines[501])
    early, late = sum(losses[:50]) / 50, sum(losses[-50:]) / 50
    assert abs(late - early) < 0.1  # fresh samples every epoch: the mean wavers, no more
    assert len(names["model"].parameters()) == 24 + 40 + 36 + 5
