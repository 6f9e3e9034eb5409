"""Layers and networks as the language writes them.

In a row a call such as `linear(5,?)` first makes a `LayerPlan`; the row fills in what its
neighbours say, checks the widths, and only then draws weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from random import Random
from typing import Any

from engine import nn
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import whole
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network
from minitorch_shell.values.widths import Width, fit


class Hole:
    """The `?` in `linear(5,?)`."""

    def __repr__(self) -> str:
        return "?"


HOLE = Hole()


@dataclass(slots=True)
class LayerPlan:
    """A layer before its weights are drawn: its widths, and how to make it from them."""

    name: str
    inputs: Width
    outputs: Width
    make: Callable[[int, int, Random], nn.Module]
    keeps_width: bool = False  # an activation: as many numbers out as in

    def text(self) -> str:
        if self.keeps_width:
            return self.name
        inside = [_shown(self.inputs)] + ([] if self.name == "neuron" else [_shown(self.outputs)])
        return f"{self.name}({','.join(inside)})"


def _shown(width: Width) -> str:
    return "?" if width is None else str(width)


def _width(value: Any, layer: str) -> Width:
    if value is HOLE:
        return None
    number = whole(value, f"a width of `{layer}`")
    if number < 1:
        raise Trouble("MT308", f"a width of `{layer}` must be at least 1, not {number}",
                      help=f"a layer has one input and one output at least: `{layer}(5,4)`"
                      if layer == "linear" else "write `neuron(5)`")  # fmt: skip
    if number > 100_000:
        raise Trouble("MT308", f"a width of `{layer}` is at most 100,000, not {number:,}")
    return number


# ---------------------------------------------------------------- what the names make in a row


def plan_linear(inputs: Any, outputs: Any, bias: bool = True) -> LayerPlan:
    if not isinstance(bias, bool):
        raise Trouble("MT302", f"`bias` is true or false, not {kind_of(bias)}")

    def make(i: int, o: int, random: Random) -> nn.Module:
        return nn.Linear(i, o, bias=bias, random=random)

    return LayerPlan("linear", _width(inputs, "linear"), _width(outputs, "linear"), make)


def plan_neuron(inputs: Any) -> LayerPlan:
    def make(i: int, o: int, random: Random) -> nn.Module:
        return nn.Neuron(i, random=random)

    return LayerPlan("neuron", _width(inputs, "neuron"), 1, make)


def _plan_keeping(name: str, *values: Any, **options: Any) -> LayerPlan:
    """A layer of the engine that gives as many numbers as it takes, with its settings if any."""
    kind = nn.LAYERS[name]
    given = [*zip(kind.settings, values, strict=False), *options.items()]
    if len(values) > len(kind.settings) or not {*options} <= {*kind.settings}:
        raise TypeError(f"{name} does not take these values")
    settings = {setting: plain_number(value, setting) for setting, value in given}
    return LayerPlan(name, None, None, lambda i, o, random: kind(**settings), keeps_width=True)


def plan_dropout(p: Any) -> LayerPlan:
    share = plain_number(p, "the share of `dropout`")
    if not 0 <= share < 1:
        raise Trouble(
            "MT308", f"the share of `dropout` lies from 0 to below 1, not {share:g}",
            help="write `dropout(0.2)`",
        )  # fmt: skip
    return LayerPlan(
        "dropout", None, None, lambda i, o, random: nn.Dropout(share, random=random), True
    )


def plain_number(value: Any, what: str) -> float:
    """The number of a setting."""
    number = getattr(value, "data", value)
    if isinstance(number, float | int) and not isinstance(number, bool):
        return float(number)
    raise Trouble("MT302", f"{what} is a number, not {kind_of(value)}")


def plan_mlp(inputs: Any, hidden: Any, outputs: Any) -> list[LayerPlan]:
    """`linear` layers with a relu between them."""
    if not isinstance(hidden, list):
        raise Trouble(
            "MT302",
            f"the hidden widths of `mlp` are a list, not {kind_of(hidden)}",
            help="write `mlp(2, [16, 16], 1)`",
        )
    widths = [inputs, *hidden, outputs]
    plans: list[LayerPlan] = []
    for before, after in pairwise(widths):
        if plans:
            plans.append(PLANS["relu"]())
        plans.append(plan_linear(before, after))
    return plans


# What makes the plan of a layer from the values of its call.
PLANS: dict[str, Callable[..., LayerPlan]] = {
    **{name: partial(_plan_keeping, name) for name in nn.LAYERS},
    "linear": plan_linear,
    "neuron": plan_neuron,
    "dropout": plan_dropout,
}


# ---------------------------------------------------------------- rows of layers

Element = LayerPlan | Network

MOST_PARAMETERS = 50_000_000
BYTES_A_PARAMETER = 160  # measured: a leaf, its number and its place in the lists


def widths_of(element: Element) -> tuple[Width, Width, bool]:
    """Inputs, outputs, and whether it just keeps the width of what comes in."""
    if isinstance(element, LayerPlan):
        return element.inputs, element.outputs, element.keeps_width
    return element.inputs, element.outputs, element.inputs is None


def _check_size(elements: Sequence[Element], widths: Sequence[tuple[Width, Width]]) -> None:
    """Refuse what is plainly too large before it takes the memory of the machine."""
    parameters = sum(
        (outputs or 0) * ((inputs or 0) + 1)
        for element, (inputs, outputs) in zip(elements, widths, strict=True)
        if isinstance(element, LayerPlan) and element.name in ("linear", "neuron")
    )
    if parameters > MOST_PARAMETERS:
        raise Trouble(
            "MT705",
            f"a network of {parameters:,} parameters does not fit into memory",
            label=f"it would take about {parameters * BYTES_A_PARAMETER / 1e9:,.0f} GB",
            help=f"at most {MOST_PARAMETERS:,} are allowed, and a few thousand are quick to train",
        )


def build(elements: Sequence[Element], random: Random, options: dict[str, Any]) -> Network:
    """The network of a row whose widths fit, its weights drawn from `random`."""
    stream = random
    if options.get("seed") is not None:
        stream = Random(whole(options["seed"], "`seed`"))
    filled = fit([widths_of(element) for element in elements])
    _check_size(elements, filled)
    modules: list[nn.Module] = []
    for element, (inputs, outputs) in zip(elements, filled, strict=True):
        if isinstance(element, Network):
            modules.append(element.module)
        else:
            modules.append(element.make(inputs or 0, outputs or 0, stream))
    network = Network(nn.Sequential(*modules))
    if "init" in options or "bias" in options:
        bias = plain_number(options.get("bias", 0.0), "`bias`")
        nn.initialise(network.module, options.get("init", "default"), bias, stream)
    return network


# ---------------------------------------------------------------- the names as values


class LayerName:
    """The value of `linear`, `neuron`, `dropout`, `mlp`: a name that makes layers in a row."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
