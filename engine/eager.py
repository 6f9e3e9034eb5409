"""Training steps the readable way: a graph of tensors for every row, swept and forgotten.

`Stepper` is all that engine/training.py knows of a way to do the steps. The eager one is the
reference: engine/compile has another, which computes the same numbers bit for bit.
"""

from collections.abc import Sequence
from math import isfinite
from typing import Any, Protocol

from engine.datasets import Row
from engine.losses import Loss
from engine.module import Module, training_mode
from engine.optim import Optimizer


class Stepper(Protocol):
    """One way of doing the training steps; `train` knows no more about an engine than this."""

    def step(self, rows: Sequence[Row]) -> float:
        """One batch, one step of the optimizer; gives the sum of the rows' losses."""

    def measure(self, rows: Sequence[Row]) -> float:
        """The sum of the rows' losses with dropout off; changes nothing."""

    def finite(self) -> bool:
        """Whether every weight is finite."""

    def snapshot(self) -> Any:
        """All that `step` changes: weights, gradients, the optimizer's state."""

    def restore(self, snapshot: Any) -> None:
        """Go back to a snapshot."""

    def finish(self) -> None:
        """Put weights, gradients and optimizer state where everybody looks for them."""

    def resumed(self) -> "Stepper":
        """The stepper to go on with, after `finish` and whatever somebody then did to the model,
        the loss or the optimizer.
        """


def all_finite(numbers: Sequence[float]) -> bool:
    """Whether none is nan or infinite. A finite sum says so at once."""
    return isfinite(sum(numbers)) or all(map(isfinite, numbers))


class EagerStepper:
    """For every row a fresh graph and one sweep; a step of the optimizer after each batch."""

    def __init__(self, model: Module, loss: Loss, optimizer: Optimizer) -> None:
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.resumed()

    def resumed(self) -> Stepper:
        both = [*self.model.parameters(), *self.optimizer.parameters]
        self.parameters = list({id(parameter): parameter for parameter in both}.values())
        return self

    def step(self, rows: Sequence[Row]) -> float:
        for parameter in self.parameters:
            parameter._grad = 0.0
        share = 1.0 / len(rows)
        total = 0.0
        for inputs, target in rows:
            loss = self.loss(self.model(inputs), target)
            loss.backward(share)  # gradients add up to those of the mean loss
            total += loss._data
        self.optimizer.step()
        return total

    def measure(self, rows: Sequence[Row]) -> float:
        total = 0.0
        with training_mode(self.model, False):
            for inputs, target in rows:
                total += self.loss(self.model(inputs), target)._data
        return total

    def finite(self) -> bool:
        return all_finite([parameter._data for parameter in self.parameters])

    def snapshot(self) -> Any:
        numbers = [(p, p._data, p._grad) for p in self.parameters]
        state = {slot: values.copy() for slot, values in self.optimizer.state.items()}
        return numbers, state, self.optimizer.steps

    def restore(self, snapshot: Any) -> None:
        numbers, state, steps = snapshot
        for parameter, data, grad in numbers:
            parameter._data, parameter._grad = data, grad
        self.optimizer.state = {slot: values.copy() for slot, values in state.items()}
        self.optimizer.steps = steps

    def finish(self) -> None:
        pass  # everything is in the tensors already
