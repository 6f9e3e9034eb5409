"""What helps against the causes: commands in the learner's words, and what they bring on a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice, takewhile
from math import floor, log10
from typing import TYPE_CHECKING, Any

from engine import nn
from minitorch_shell.diagnosis.rehearsal import Beginning, Outcome, defined_anew, rehearse
from minitorch_shell.values.layers import PLANS, Element, LayerPlan, build

if TYPE_CHECKING:
    from engine.datasets import Dataset
    from minitorch_shell.diagnosis.examination import Run

FEWEST_HIDDEN = 8  # units of a layer that is put into a network that has none

Layers = list[LayerPlan]


@dataclass(slots=True)
class Remedy:
    """Commands, to be typed one after the other where the note was given.

    `rehearse` says what they come to on a copy, None where that would take too long.
    """

    commands: list[str]
    rehearse: Callable[[], Outcome | None]


# ---------------------------------------------------------------- another learning rate


def from_the_start(run: Run, lr: float) -> Remedy:
    """The same run from the same weights at another rate."""
    if not run.words.undoable:
        return anew(run, layers_of(run), lr=lr)
    commands = ["undo", run.words.train(lr=lr)]

    def rehearsed() -> Outcome | None:
        start = run.beginning.start(run.network, run.optimizer, lr)
        return rehearse(run.asked, start, run.data, run.asked.loss, run.asked.epochs)

    return Remedy(commands, rehearsed)


def from_here(run: Run, lr: float) -> Remedy:
    """The run once more, from where it has come, at another rate."""

    def rehearsed() -> Outcome | None:
        now = Beginning(run.network, run.optimizer, run.random)
        start = now.start(run.network, run.optimizer, lr)
        return rehearse(run.asked, start, run.data, run.asked.loss, run.asked.epochs)

    return Remedy([run.words.train(lr=lr)], rehearsed)


def smaller_rates(rate: float, usual: float) -> Iterator[float]:
    """The usual rate if it is smaller, else a tenth; those between; and ever smaller ones."""
    first = min(rate / 10, usual)
    yield as_written(first)
    if rate / 10 > 5 * first:
        yield as_written(rate / 10)
    if rate / 100 > 5 * first:
        yield as_written(10 * first)
    for tenths in range(1, 6):
        yield as_written(first / 10**tenths)


def larger_rates(rate: float, usual: float) -> Iterator[float]:
    """The usual rate, those between it and the one that was taken, and larger ones."""
    between = takewhile(lambda lr: lr > 5 * rate, (usual / 10**tenths for tenths in count()))
    yield from map(as_written, (*islice(between, 3), 10 * usual, 100 * usual))


def as_written(number: float) -> float:
    """The number that its text says; 0.1 / 10 / 10 is not quite 0.001."""
    return float(f"{number:g}")


# ---------------------------------------------------------------- the network defined anew


def anew(
    run: Run,
    layers: Layers,
    *,
    data: tuple[list[str], str, Dataset] | None = None,
    without: str = "",
    lr: float | None = None,
    epochs: int | None = None,
    **options: Any,
) -> Remedy:
    """A network of these layers under the same name, trained as the statement says.

    `options` are those of `with`. `data` has the commands that make other data, its name and the
    data; `without` is an option of the statement that no longer fits.
    """
    elements: list[Element] = [*layers]
    before, name, rows = data or ([], None, run.data)
    changed: dict[str, float] = {}
    if lr is not None:
        changed["lr"] = lr
    if epochs is not None:
        changed["epochs"] = epochs
    shown = build(elements, _spare(), options)
    train = run.words.train(name, without, anew=True, **changed)
    commands = [*before, run.words.define(shown, options), train]

    def rehearsed() -> Outcome | None:
        rate = run.optimizer.lr if lr is None else lr
        loss = None if without == "loss" else run.asked.loss
        rates = run.asked.rates if lr is None else None
        start = defined_anew(elements, options, run.optimizer, rate, run.random, rates)
        return rehearse(run.asked, start, rows, loss, epochs or run.asked.epochs)

    return Remedy(commands, rehearsed)


def _spare() -> Any:
    """A random stream that nobody else has, for a network that is only looked at."""
    from random import Random

    return Random(0)


def layers_of(run: Run) -> Layers:
    """The layers of the network, to be built anew."""
    return [_plan(layer) for layer in run.network.module]


def _plan(layer: Any) -> LayerPlan:
    if isinstance(layer, nn.Linear):
        return PLANS["linear"](layer.input_size, layer.output_size, layer.has_bias)
    if isinstance(layer, nn.Neuron):
        return PLANS["neuron"](layer.no_of_input)
    return PLANS[layer.name](*[getattr(layer, setting) for setting in layer.settings])


def has_weights(layer: LayerPlan) -> bool:
    return not layer.keeps_width


def instead(layers: Layers, old: tuple[str, ...], new: str) -> Layers:
    """The layers with another activation before the last layer with weights."""
    last = max(at for at, layer in enumerate(layers) if has_weights(layer))
    return [
        PLANS[new]() if at < last and layer.name in old else layer
        for at, layer in enumerate(layers)
    ]


def shallow(layers: Layers, activation: str) -> Layers:
    """One hidden layer, as wide as the widest there is."""
    weighty = [at for at, layer in enumerate(layers) if has_weights(layer)]
    first, last = layers[weighty[0]], layers[weighty[-1]]
    hidden = max([*(layers[at].outputs or 1 for at in weighty[:-1]), FEWEST_HIDDEN])
    return [
        PLANS["linear"](first.inputs, hidden),
        PLANS[activation](),
        PLANS["linear"](hidden, last.outputs),
        *layers[weighty[-1] + 1 :],
    ]


def activated(layers: Layers, activation: str) -> Layers:
    """An activation behind each affine layer but the last."""
    last = max(at for at, layer in enumerate(layers) if has_weights(layer))
    parts = [[layer, PLANS[activation]()] for layer in layers[:last]]
    return [layer for part in parts for layer in part] + layers[last:]


def with_classes(layers: Layers, classes: int) -> Layers:
    """One output for each class, and softmax behind them."""
    last = max(at for at, layer in enumerate(layers) if has_weights(layer))
    outputs = PLANS["linear"](layers[last].inputs, classes)
    return [*layers[:last], outputs, PLANS["softmax"]()]


# ---------------------------------------------------------------- data in smaller numbers


def scaled(run: Run, inputs: float, targets: float) -> tuple[list[str], str, Dataset] | None:
    """The data divided by these; None where it has no name, or its classes have names."""
    from engine.tables import as_dataset

    name = run.words.data_name
    rows = run.data.evaluation_rows()
    plain = all(isinstance(target, float) for _, target in rows)
    if not name or run.data.generated or run.data.class_names or not plain:
        return None
    x = "x" if inputs == 1 else f"[v / {inputs:g} for v in x]"
    y = "y" if targets == 1 else f"y / {targets:g}"
    smaller = as_dataset([[[v / inputs for v in x], y / targets] for x, y in rows])  # type: ignore[operator]
    return [f"{name} = [[{x}, {y}] for x, y in {name}]"], name, smaller


def power_of_ten(number: float) -> float:
    """The power of ten at or below it, 1 where it is smaller."""
    return max(1.0, as_written(10.0 ** floor(log10(number)))) if number > 0 else 1.0
