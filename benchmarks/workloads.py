"""The two training workloads, as plain numbers that every engine starts from.

W1  majority: MLP 5-4-8-4-1, ReLU, 32 rows in one batch, mean squared error, SGD 0.1
W2  micrograd's moons demo: MLP 2-16-16-1, 100 rows in one batch, hinge + L2, SGD 0.5

Weights are U(-1, 1), biases 0, as micrograd's `Neuron` draws them. The L2 term of W2 is
alpha * (sum of all squared parameters), whose gradient, 2 * alpha * w, some variants add in the
optimizer (weight decay) where their users would; then it is added to the reported loss as well.
"""

import math
import random
from dataclasses import dataclass
from itertools import pairwise

ALPHA = 1e-4


@dataclass
class Workload:
    name: str
    widths: list
    weights: list  # layer, neuron, input
    rows: list  # (inputs, target)
    rate: float
    hinge: bool


def w1() -> Workload:
    rng = random.Random(1)
    rows = []
    for _ in range(32):
        bits = [float(rng.random() < 0.5) for _ in range(5)]
        rows.append((bits, float(sum(bits) > 2.5)))
    return _workload("W1", [5, 4, 8, 4, 1], rows, 0.1, False, rng)


def w2() -> Workload:
    rng = random.Random(1)
    rows = []
    for number in range(100):
        angle = rng.random() * math.pi
        x, y = math.cos(angle), math.sin(angle)
        upper = number % 2 == 0
        if not upper:
            x, y = 1.0 - x, 0.5 - y
        inputs = [x + rng.gauss(0.0, 0.1), y + rng.gauss(0.0, 0.1)]
        rows.append((inputs, -1.0 if upper else 1.0))
    return _workload("W2", [2, 16, 16, 1], rows, 0.5, True, rng)


def _workload(name, widths, rows, rate, hinge, rng) -> Workload:
    weights = [
        [[rng.uniform(-1.0, 1.0) for _ in range(fan_in)] for _ in range(fan_out)]
        for fan_in, fan_out in pairwise(widths)
    ]
    return Workload(name, widths, weights, rows, rate, hinge)


WORKLOADS = {"W1": w1, "W2": w2}
