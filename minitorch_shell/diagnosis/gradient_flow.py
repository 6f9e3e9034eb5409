"""Why gradients do not reach the first layers: dead or saturated units, many factors below 1.

Looked at after a run that has not learned everything, for notes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from minitorch_shell.values.network import Network

if TYPE_CHECKING:
    from engine.datasets import Dataset
    from engine.module import Module

Note = tuple[str, str, list[str]]  # code, message, help

FLAT = 0.01  # a sigmoid or tanh with a slope below this share of its steepest is saturated
VANISHED = 1e-5  # of the last layer's gradient


def dead(net: Network, data: Dataset) -> Note | None:
    """ReLUs that are off on every row, if they are at least half of them."""
    from engine.nn import Relu

    def awake(layer: Module, value: float) -> bool | None:
        return value > 0 if isinstance(layer, Relu) else None

    silent, count = _never(awake, tuple(net.module), net, data)
    if not silent or silent * 2 < count:
        return None
    return (
        "MT514",
        f"{silent} of {count} ReLUs are off on every row: no gradient reaches their weights",
        ["start with awake units: `net = ... with bias=0.3`, or use `leaky_relu`"],
    )


def saturated(net: Network, data: Dataset) -> Note | None:
    """Hidden sigmoids and tanhs that are saturated on every row, if they are at least half."""
    from engine.nn import Sigmoid, Tanh

    def steep(layer: Module, y: float) -> bool | None:
        if isinstance(layer, Sigmoid):
            return 4 * y * (1 - y) >= FLAT
        return 1 - y * y >= FLAT if isinstance(layer, Tanh) else None

    hidden = tuple(net.module)[:-1]  # the last one may well be sure of itself
    flat, count = _never(steep, hidden, net, data)
    if not flat or flat * 2 < count:
        return None
    return (
        "MT516",
        f"{flat} of {count} hidden sigmoid or tanh units are saturated on every row: their slope "
        f"is below {FLAT:.0%} of its largest, so hardly any gradient passes",
        [
            "make what goes in smaller: inputs of about -1 to 1 (`csv(..., scale=true)`), smaller "
            "first weights; or use `relu`"
        ],
    )


def _never(
    passes: Callable[[Module, float], bool | None],
    layers: Sequence[Any],
    net: Network,
    data: Dataset,
) -> tuple[int, int]:
    """How many units let a gradient pass on no row, and how many were asked about.

    `passes` is asked with a layer and an output of it; None says that it is another kind of layer.
    """
    from engine.module import training_mode

    passed: dict[tuple[int, int], bool] = {}
    with training_mode(net.module, False):
        for inputs, _ in data.evaluation_rows():
            values: Any = list(inputs)
            for at, layer in enumerate(layers):
                values = layer(values)
                for unit, output in enumerate(values if isinstance(values, list) else [values]):
                    answer = passes(layer, getattr(output, "data", output))
                    if answer is not None:
                        passed[at, unit] = passed.get((at, unit), False) or answer
    return sum(not unit for unit in passed.values()), len(passed)


def vanished(net: Network) -> Note | None:
    """The first layer's gradients of the last step beside those of the last layer."""
    sizes = [
        max(abs(parameter.grad) for parameter in layer.parameters())
        for layer in net.module
        if layer.parameters()
    ]
    if len(sizes) < 2 or not sizes[-1] or sizes[0] >= VANISHED * sizes[-1]:
        return None
    return (
        "MT517",
        f"the gradients of the first layer have vanished: the largest is {sizes[0]:.2g}, that of "
        f"the last layer {sizes[-1]:.2g}",
        ["use fewer layers, or `relu` between them in place of `sigmoid` or `tanh`"],
    )
