"""A training run that has ended, and what is measured of it when a cause asks for it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from minitorch_shell.diagnosis.rehearsal import Asked, Beginning
from minitorch_shell.diagnosis.wording import Words
from minitorch_shell.results.records import TrainingReport
from minitorch_shell.values.network import Network

if TYPE_CHECKING:
    from engine.datasets import Dataset
    from engine.optim import Optimizer
    from engine.training import TrainingResult

FEWEST_EPOCHS = 10  # of a run that can be judged by what it learned
LEARNED = 0.95  # of the variance of the targets


class Run(NamedTuple):
    """A training run that has ended: what was trained on what, how it began and what came of it."""

    network: Network
    data: Dataset
    optimizer: Optimizer
    asked: Asked
    words: Words
    beginning: Beginning
    random: Random  # the program's stream, only to be looked at
    result: TrainingResult
    report: TrainingReport


class Examination:
    """What can be measured of a run; each measurement is made once, when it is asked for."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lr = max(run.result.rates, default=run.optimizer.lr)
        self.usual = usual_rate(run.optimizer)
        self.after = run.report.test_loss

    @property
    def rate(self) -> str:
        """The learning rate in words; of a schedule the largest."""
        return f"of up to {self.lr:g}" if self.run.result.rates else f"{self.lr:g}"

    @property
    def judged(self) -> bool:
        """Whether the run went on long enough to ask what it learned."""
        result = self.run.result
        return result.stopped == "finished" and len(result.losses) >= FEWEST_EPOCHS

    @property
    def learned(self) -> bool:
        """Whether nothing is left to be desired."""
        report = self.run.report
        if report.correct is not None:
            return report.correct == report.rows
        return report.score is not None and report.score >= LEARNED

    @cached_property
    def before(self) -> float:
        """The loss before the run, on the rows that `test` uses.

        Losses of fresh or shuffled batches jump by themselves; so the same rows are compared.
        """
        from engine.evaluation import evaluate

        return evaluate(self.start.module, self.run.data, self.run.asked.loss).loss

    @cached_property
    def start(self) -> Network:
        """A copy of the network as it was before the run."""
        return self.run.beginning.network(self.run.network)

    @cached_property
    def end(self) -> Network:
        """A copy of the network as it is."""
        run = self.run
        return Beginning(run.network, run.optimizer, run.random).network(run.network)

    @cached_property
    def spread(self) -> float | None:
        """The loss of the best constant, where the loss is mse; else None."""
        if self.run.asked.loss != "mse":
            return None
        rows = [target for _, target in self.run.data.evaluation_rows()]
        columns = zip(*(t if isinstance(t, list) else [t] for t in rows), strict=True)
        spreads = [_variance(column) for column in columns]
        return math.fsum(spreads) / len(spreads)

    @property
    def largest_weight(self) -> float:
        """The largest magnitude among the weights before the run."""
        return max(map(magnitude, self.run.beginning.weights), default=0.0)

    @cached_property
    def largest(self) -> tuple[float, float]:
        """The largest magnitudes among inputs and targets."""
        inputs = targets = 0.0
        for row, target in self.run.data.evaluation_rows():
            inputs = max(inputs, *map(magnitude, row))
            wanted = target if isinstance(target, list) else [target]
            targets = max(targets, *map(magnitude, wanted))
        return inputs, targets


def magnitude(number: float) -> float:
    """Infinite where it is no number."""
    return abs(number) if math.isfinite(number) else math.inf


def _variance(numbers: Sequence[float]) -> float:
    middle = math.fsum(numbers) / len(numbers)
    return math.fsum((number - middle) ** 2 for number in numbers) / len(numbers)


def usual_rate(optimizer: Optimizer) -> float:
    """The optimizer's own default learning rate."""
    default: float = inspect.signature(type(optimizer).__init__).parameters["lr"].default
    return default


def short(number: float) -> str:
    return f"{number:.4g}"
