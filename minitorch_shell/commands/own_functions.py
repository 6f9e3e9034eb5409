"""Functions of the program where `train` takes one: a schedule of rates, a loss."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.graph import reachable
from engine.tensor import Tensor
from grammar import syntax
from minitorch_shell.checks.options import not_such_a_function
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.session.journal import insist
from minitorch_shell.session.session import Session
from minitorch_shell.values.function import Function
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.leaves import direct_tensors
from minitorch_shell.values.vector import DataRow, as_vector


def _checked(option: str, function: Function, node: syntax.Node | None) -> None:
    trouble = not_such_a_function(option, function.name, len(function.parameters))
    if trouble is not None:
        trouble.node = node
        raise trouble


class OwnSchedule:
    """A learning rate that a function of the program says, from the number of the epoch."""

    def __init__(self, function: Function, node: syntax.Node | None) -> None:
        _checked("lr", function, node)
        self.function = function
        self.node = node

    def __call__(self, epoch: int) -> float:
        value = self.function.call(epoch)
        number = value.data if isinstance(value, Tensor) else value
        said = f"`{self.function.name}({epoch})`"
        if isinstance(number, bool) or not isinstance(number, float | int):
            raise Trouble("MT302", f"the learning rate is one number, {said} is {kind_of(value)}",
                          node=self.node)  # fmt: skip
        if not 0 <= number < math.inf:
            raise Trouble("MT308", f"the learning rate is 0 or more, {said} is {number:g}",
                          node=self.node, help="`max(0, ...)` keeps it from 0 on")  # fmt: skip
        return float(number)


class OwnLoss:
    """A loss that a function of the program says, from prediction and target."""

    def __init__(self, function: Function, node: syntax.Node | None = None) -> None:
        _checked("loss", function, node)
        self.function = function
        self.name = function.name

    def __call__(self, prediction: Any, target: Any) -> Tensor:
        wanted = DataRow(target) if isinstance(target, list) else target
        given = as_vector(prediction) if isinstance(prediction, list) else prediction
        value = self.function.call(given, wanted)
        if isinstance(value, Tensor):
            return value
        if isinstance(value, bool) or not isinstance(value, float | int):
            raise Trouble(
                "MT302",
                f"a loss is one number, `{self.name}` gives {kind_of(value)}",
                help="the mean of a list is one: `mean(...)`",
            )
        return Tensor(value)


@contextmanager
def gradients_kept(session: Session, parameters: list[Tensor]) -> Iterator[None]:
    """Sweeps inside leave no gradient in what the program holds beside these parameters.

    A loss of the program may be computed with other leaves; training is not about them.
    """
    mine = set(map(id, parameters))
    held = reachable(direct_tensors(session.names.values()))
    before = [(tensor, tensor.grad) for tensor in held if id(tensor) not in mine]

    def put_back() -> None:
        for tensor, gradient in before:
            tensor.grad = gradient

    try:
        yield
    finally:
        insist(put_back)
