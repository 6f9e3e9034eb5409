"""Why gradients do not reach the first layers: saturated units, and many factors below 1.

Both are looked at after a run that has not learned everything, for notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitorch_shell.values import Network

if TYPE_CHECKING:
    from engine.datasets import Dataset

Note = tuple[str, str, list[str]]  # code, message, help

FLAT = 0.01  # a sigmoid or tanh with a slope below this share of its steepest is saturated
VANISHED = 1e-5  # of the last layer's gradient


def saturated(net: Network, data: Dataset) -> Note | None:
    """Hidden sigmoids and tanhs that are saturated on every row, if they are at least half."""
    flat, count = saturated_units(net, data.evaluation_rows())
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


def saturated_units(net: Network, rows: Any) -> tuple[int, int]:
    """How many hidden units are saturated on every row, and how many such units there are."""
    from engine.nn import Sigmoid, Tanh
    from engine.training import training_mode

    layers = list(net.module)
    steep: dict[tuple[int, int], bool] = {}
    with training_mode(net.module, False):
        for inputs, _ in rows:
            values: Any = list(inputs)
            for at, layer in enumerate(layers[:-1]):  # the last one may well be sure of itself
                values = layer(values)
                if isinstance(layer, Sigmoid | Tanh):
                    for unit, output in enumerate(values if isinstance(values, list) else [values]):
                        y = output.data
                        slope = 4 * y * (1 - y) if isinstance(layer, Sigmoid) else 1 - y * y
                        steep[at, unit] = steep.get((at, unit), False) or slope >= FLAT
    return sum(not unit for unit in steep.values()), len(steep)


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
