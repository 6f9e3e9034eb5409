"""Why gradients do not reach the first layers: units that are alike, off or saturated, many factors
below 1.

Each question is asked of a network and its data, and changes neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.nn import Linear, Module, Neuron, Relu, Sequential, Sigmoid, Tanh

if TYPE_CHECKING:
    from engine.datasets import Dataset

FLAT = 0.01  # a sigmoid or tanh with a slope below this share of its steepest is saturated
MOST_ROWS = 100  # that the gradients are looked at on


class Share(NamedTuple):
    """So many of all units that were asked about."""

    part: int
    whole: int

    @property
    def half(self) -> bool:
        """Whether it is half of them at least."""
        return self.part > 0 and 2 * self.part >= self.whole


def alike(module: Sequential) -> int:
    """The units of the first hidden layer whose units are all the same; 0 where there is none.

    Units with the same weights before and behind them get the same gradient: they stay alike
    however long they are trained, and together say no more than one of them.
    """
    weighty = [layer for layer in module if isinstance(layer, Linear | Neuron)]
    for layer, after in pairwise(weighty):
        units = [[p.data for p in unit.parameters()] for unit in _neurons(layer)]
        behind = [[weight.data for weight in unit.weight] for unit in _neurons(after)]
        if len(units) == 1 and (any(units[0][:-1]) or any(map(any, behind))):
            continue  # one unit has none that it could be like; it is stuck where all is 0
        if all(unit == units[0] for unit in units) and all(len(set(row)) == 1 for row in behind):
            return len(units)
    return 0


def _neurons(layer: Module) -> list[Neuron]:
    return layer.neurons if isinstance(layer, Linear) else [layer]  # type: ignore[list-item]


def dead(module: Sequential, data: Dataset) -> Share:
    """ReLUs that are off on every row."""

    def awake(layer: Module, value: float) -> bool | None:
        return value > 0 if isinstance(layer, Relu) else None

    return _never(awake, tuple(module), module, data)


def saturated(module: Sequential, data: Dataset) -> Share:
    """Hidden sigmoids and tanhs that are flat on every row."""

    def steep(layer: Module, y: float) -> bool | None:
        if isinstance(layer, Sigmoid):
            return 4 * y * (1 - y) >= FLAT
        return 1 - y * y >= FLAT if isinstance(layer, Tanh) else None

    return _never(steep, tuple(module)[:-1], module, data)  # the last may well be sure of itself


def _never(
    passes: Callable[[Module, float], bool | None],
    layers: Sequence[Any],
    module: Sequential,
    data: Dataset,
) -> Share:
    """The units that let a gradient pass on no row, among those that were asked about.

    `passes` is asked with a layer and an output of it; None says that it is another kind of layer.
    """
    from engine.module import training_mode

    passed: dict[tuple[int, int], bool] = {}
    with training_mode(module, False):
        for inputs, _ in data.evaluation_rows():
            values: Any = list(inputs)
            for at, layer in enumerate(layers):
                values = layer(values)
                for unit, output in enumerate(values if isinstance(values, list) else [values]):
                    answer = passes(layer, getattr(output, "data", output))
                    if answer is not None:
                        passed[at, unit] = passed.get((at, unit), False) or answer
    return Share(sum(not unit for unit in passed.values()), len(passed))


def hidden_squashes(module: Sequential) -> int:
    """How many sigmoids and tanhs stand before the last layer with weights."""
    kinds = [type(layer) for layer in module]
    last = max((at for at, kind in enumerate(kinds) if kind in (Linear, Neuron)), default=0)
    return sum(kind in (Sigmoid, Tanh) for kind in kinds[:last])


def gradient_sizes(module: Sequential, data: Dataset) -> tuple[float, float]:
    """The mean size of a weight's gradient in the first and in the last layer with weights.

    By the outputs, row by row, so that rows do not make up for each other. `module` must be a
    copy: its gradients are written.
    """
    from engine.module import training_mode

    layers = [layer for layer in module if layer.parameters()]
    ends = [layers[0].parameters(), layers[-1].parameters()]
    sums = [0.0, 0.0]
    with training_mode(module, False):
        for inputs, _ in data.evaluation_rows()[:MOST_ROWS]:
            outputs: Any = module(list(inputs))
            for output in outputs if isinstance(outputs, list) else [outputs]:
                module.zero_grad()
                output.backward()
                for end, weights in enumerate(ends):
                    sums[end] += sum(abs(weight.grad) for weight in weights) / len(weights)
    return sums[0], sums[1]
