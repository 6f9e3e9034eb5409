"""Training on a copy: what a remedy brings is tried before it is proposed.

A rehearsal starts from the numbers from which the learner's own commands would start, draws the
random numbers that these would draw, and so comes to the same weights bit for bit. Nothing that a
program can see is touched: not the weights, nor the optimizer's state, a random stream, the
journal. How much it may compute is bounded in steps and not in seconds, so that the same program
is told the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from math import inf, isfinite
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.fused import Leaves
from engine.nn import Dropout, Linear, Module, Neuron, Sequential
from engine.tensor import Tensor
from minitorch_shell.diagnosis.gradient_flow import dead, saturated
from minitorch_shell.values.layers import Element, build
from minitorch_shell.values.network import Network

if TYPE_CHECKING:
    from engine.datasets import Dataset
    from engine.optim import Optimizer

MOST_WEIGHTS = 2_000  # beyond, writing the training code alone takes more than 0.1 s
MOST_WORK = 1_500_000  # weights times rows times epochs; they take less than a tenth of a second
LEAST_EPOCHS = 10  # of a run that has more
EAGER = 5  # so many times longer takes a step that is not compiled
EVALUATION = 5  # a test of all rows takes as long as so many epochs
SMALLEST = 50  # a smaller network takes as long as one of so many weights


class Outcome(NamedTuple):
    """What a rehearsal came to. Losses are those of the rows that `test` uses, inf if it failed.

    `blocked` says that it left half of the units off or saturated, and did not learn everything.
    """

    before: float
    loss: float
    correct: int | None
    epochs: int
    blocked: bool


@dataclass(slots=True)
class Asked:
    """What a `train` statement asks of the engine, beside network, data and optimizer."""

    loss: Any
    batch: int | None
    until: float | None
    validation: Dataset | float | None
    epochs: int
    engine: Any  # of the settings
    stopped: Callable[[], bool]  # whether the program is asked to stop
    rates: Callable[[int], float] | None = None  # the learning rate of each epoch


class Beginning:
    """How things stood before a run: weights, the optimizer's state, random streams."""

    def __init__(self, network: Network, optimizer: Optimizer, random: Random) -> None:
        self.random = random
        self.weights = [weight.data for weight in network.parameters()]
        self.state = {slot: list(numbers) for slot, numbers in optimizer.state.items()}
        self.steps = optimizer.steps
        self.streams = {id(s): (s, s.getstate()) for s in [random, *_streams(network.module)]}

    def network(self, network: Network) -> Network:
        """A copy of the network as it was."""
        return Network(self._copy(network.module, self._random_copies()))

    def start(self, network: Network, optimizer: Optimizer, lr: float) -> Start:
        """The run once more, at another learning rate."""
        streams = self._random_copies()
        module = self._copy(network.module, streams)
        mover = _like(optimizer, module, lr)
        mover.state = {slot: list(numbers) for slot, numbers in self.state.items()}
        mover.steps = self.steps
        return Start(module, mover, streams[id(self.random)])

    def _random_copies(self) -> dict[int, Random]:
        return {key: _stream_at(state) for key, (_, state) in self.streams.items()}

    def _copy(self, module: Sequential, streams: dict[int, Random]) -> Sequential:
        twin = _twin(module, streams)
        for parameter, number in zip(twin.parameters(), self.weights, strict=True):
            parameter.data = number
        return twin


class Start(NamedTuple):
    """From where a rehearsal starts."""

    module: Sequential
    optimizer: Optimizer
    random: Random
    rates: Callable[[int], float] | None = None


def defined_anew(
    elements: list[Element],
    options: dict[str, Any],
    optimizer: Optimizer,
    lr: float,
    random: Random,
    rates: Callable[[int], float] | None = None,
) -> Start:
    """The network of a row, drawn from where the random stream stands now."""
    stream = _stream_at(random.getstate())
    module = build(elements, stream, options).module
    return Start(module, _like(optimizer, module, lr), stream, rates)


def epochs_possible(asked: Asked, module: Sequential, data: Dataset, epochs: int) -> int:
    """How many of the epochs can be rehearsed; 0 where they are too few to tell anything."""
    weights = len(module.parameters())
    rows = (asked.batch or len(data)) if data.generated else len(data)
    work = max(weights, SMALLEST) * rows * (EAGER if asked.engine == "eager" else 1)
    possible = min(epochs, MOST_WORK // work - EVALUATION)
    return 0 if weights > MOST_WEIGHTS or possible < min(epochs, LEAST_EPOCHS) else possible


def rehearse(asked: Asked, start: Start, data: Dataset, loss: Any, epochs: int) -> Outcome | None:
    """What the run comes to; None where it would take too long to try.

    Raises KeyboardInterrupt where it is interrupted, or the program is asked to stop.
    """
    from engine import training
    from engine.evaluation import evaluate

    possible = epochs_possible(asked, start.module, data, epochs)
    if not possible:
        return None

    def after_epoch(epoch: int, loss: float, validation_loss: float | None) -> None:
        if asked.stopped():
            raise KeyboardInterrupt

    failed = Outcome(inf, inf, None, 0, True)
    try:
        before = evaluate(start.module, data, loss).loss
        result = training.train(
            start.module, data, optimizer=start.optimizer, loss=loss, lr=start.rates,
            epochs=possible,
            batch=asked.batch, until=asked.until, validation=asked.validation,
            random=start.random, progress=after_epoch, engine=asked.engine,
        )  # fmt: skip
        if result.stopped == "interrupted":
            raise KeyboardInterrupt
        if result.stopped == "not finite":
            return failed
        judged = evaluate(start.module, data, loss)
    except (ValueError, OverflowError):  # the loss does not fit the targets
        return failed
    if not isfinite(judged.loss):
        return failed
    blocked = judged.correct != judged.count and (
        dead(start.module, data).half or saturated(start.module, data).half
    )
    return Outcome(before, judged.loss, judged.correct, result.epochs_done, blocked)


def _like(optimizer: Optimizer, module: Sequential, lr: float) -> Optimizer:
    """A fresh optimizer of the same kind and settings for another network."""
    settings: dict[str, Any] = {**optimizer.settings, "lr": lr}
    return type(optimizer)(module.parameters(), **settings)


def _streams(module: Sequential) -> list[Random]:
    layers = [layer for layer in module.modules() if isinstance(layer, Dropout)]
    return [layer.random for layer in layers if layer.random is not None]


def _stream_at(state: Any) -> Random:
    stream = Random()
    stream.setstate(state)
    return stream


def _twin(module: Sequential, streams: dict[int, Random]) -> Sequential:
    """A copy that shares nothing with the network; `streams` has copies of its random streams.

    What its layers share, the copies share as well.
    """
    layers: dict[int, Module] = {}
    tensors: dict[int, Tensor] = {}

    def weight(tensor: Tensor) -> Tensor:
        return tensors.setdefault(id(tensor), Tensor(tensor.data))

    for layer in module:
        if id(layer) in layers:
            continue
        layers[id(layer)] = twin = copy(layer)
        if isinstance(twin, Dropout):  # the default stream is the program's
            twin.random = Random(0) if twin.random is None else streams[id(twin.random)]
        elif isinstance(twin, Linear):
            twin.neurons = [copy(neuron) for neuron in twin.neurons]
        for neuron in twin.neurons if isinstance(twin, Linear) else [twin]:
            if isinstance(neuron, Neuron):
                neuron.weight = Leaves(map(weight, neuron.weight))
                neuron.bias = None if neuron.bias is None else weight(neuron.bias)
    return Sequential(*[layers[id(layer)] for layer in module])
