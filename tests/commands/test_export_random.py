"""Exported programs against the networks they were made from, bit for bit, on random ones."""

import struct
from random import Random
from typing import Any

import pytest

from engine import nn
from engine.tensor import Tensor
from minitorch_shell.commands.network_program import python_program


def random_network(random: Random) -> nn.Sequential:
    """Layers of all kinds whose widths fit; now and then a layer stands twice."""
    width = random.randint(1, 5)
    layers: list[nn.Module] = []
    for _ in range(random.randint(1, 6)):
        kind = random.randrange(8)
        if kind <= 2:
            after = random.randint(1, 5)
            layers.append(nn.Linear(width, after, bias=random.random() < 0.7, random=random))
            width = after
        elif kind == 3:
            layers.append(nn.Neuron(width, random.random() < 0.5, random=random))
            width = 1
        else:
            makers = (nn.Relu, nn.LeakyRelu, nn.Sigmoid, nn.Tanh, nn.Softmax)
            layers.append(random.choice(makers)())
        last = layers[-1]
        if isinstance(last, nn.Linear) and last.input_size == last.output_size:
            layers.append(last)
    return nn.Sequential(*layers)


def bits(numbers: list[float]) -> list[bytes]:
    return [struct.pack("d", number) for number in numbers]


@pytest.mark.parametrize("seed", range(60))
def test_the_same_bits(seed: int) -> None:
    random = Random(seed)
    network = random_network(random)
    names: dict[str, Any] = {"__name__": "exported"}
    exec(python_program(network, "net.py"), names)
    for scale in (1.0, 1e-3, 50.0, 1e6):
        row = [random.gauss(0, scale) for _ in range(network.input_size or 3)]
        said = network(row)
        tensors = [said] if isinstance(said, Tensor) else said
        assert bits(names["predict"](row)) == bits([tensor.data for tensor in tensors])
