"""An optimizer that holds some of the parameters: those move, the others stay to the last bit."""

from random import Random
from typing import Any

import pytest

from engine import Tensor, nn
from engine.optim import SGD, Adam, MiniOptimizer, Momentum
from engine.training import train

ROWS = [([0.5, -1.0], 1.0), ([1.0, 0.25], -1.0), ([-0.3, 0.8], 0.5)]

OPTIMIZERS: dict[str, Any] = {
    "sgd": lambda parts: SGD(parts, 0.05),
    "sgd l2": lambda parts: SGD(parts, 0.05, l2=0.1),
    "momentum": lambda parts: Momentum(parts),
    "momentum l2": lambda parts: SGD(parts, 0.05, momentum=0.5, l2=0.1),
    "adam": lambda parts: Adam(parts),
    "adam l2": lambda parts: Adam(parts, l2=0.1),
    "mini": lambda parts: MiniOptimizer(parts, 0.05),
}
PARTS: dict[str, Any] = {
    "the last layer": lambda net: net[4],
    "the first layer": lambda net: net[0],
    "two layers, the last one first": lambda net: [net[4], net[0]],
    "one weight": lambda net: [net[2].neurons[1].weight[0]],
    "a tensor beside the network": lambda net: [net[4], Tensor(3.0)],
    "all": lambda net: net,
}


def bits(numbers: Any) -> list[str]:
    return [number.hex() for number in numbers]


def trained(kind: str, part: str, engine: Any) -> tuple[Any, ...]:
    net = nn.mlp(2, [4, 3], 1, random=Random(1), bias=0.2)
    optimizer = OPTIMIZERS[kind](PARTS[part](net))
    before = {p: p.data.hex() for p in [*net.parameters(), *optimizer.parameters]}
    result = train(
        net, ROWS, optimizer=optimizer, epochs=7, batch=2, engine=engine, random=Random(2)
    )
    assert result.engine == ("eager" if engine == "eager" else "compiled")
    for parameter in net.parameters():
        if not any(parameter is moved for moved in optimizer.parameters):
            assert parameter.data.hex() == before[parameter]
    moved = [p.data.hex() != before[p] for p in optimizer.parameters]
    assert any(moved)
    state = {slot: bits(values) for slot, values in optimizer.state.items()}
    numbers = [*net.parameters(), *optimizer.parameters]
    gradients = bits(p.grad for p in numbers)
    return bits(result.losses), bits(p.data for p in numbers), gradients, state


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_only_what_the_optimizer_holds_moves_and_both_engines_agree(kind: str, part: str) -> None:
    assert trained(kind, part, "compiled") == trained(kind, part, "eager")


def test_several_optimizers_take_turns_on_parts_of_one_network() -> None:
    def run(engine: Any) -> list[str]:
        net = nn.mlp(2, [4], 1, random=Random(1))
        body, head = SGD(net[0], 0.1, momentum=0.9), Adam(net[2])
        losses: list[float] = []
        for turn in range(6):
            optimizer = head if turn % 2 else body
            losses += train(net, ROWS, optimizer=optimizer, epochs=3, engine=engine).losses
        return bits([*losses, *(p.data for p in net.parameters())])

    assert run("compiled") == run("eager")
