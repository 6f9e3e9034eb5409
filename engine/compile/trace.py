"""From a model and a loss to the middle form, by running them once on placeholders.

The eager engine itself does the work: model and loss are called on tensors that stand for the
inputs, the targets and the factors of dropout, and the graph they leave is written down. While
that runs, tensors refuse to be compared, converted or looked into from outside the engine: a
program that decides by a value has no single list of operations, and trains eagerly instead.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from engine.compile.program import Operation, Program
from engine.datasets import Row
from engine.fused import Dot
from engine.losses import Loss
from engine.module import Module
from engine.nn import Dropout
from engine.scalar import Comparable
from engine.sweep import sweep_order
from engine.tensor import Tensor

REFUSED = ("__eq__", "__lt__", "__le__", "__gt__", "__ge__", "__bool__", "__float__", "item")


class Untraceable(Exception):  # noqa: N818 - a decision, not an error anybody sees
    """The program cannot be written down as one list of operations."""


def trace(
    model: Module, loss: Loss, example: Row, parameters: Sequence[Tensor]
) -> tuple[Program, list[tuple[Dropout, int]]]:
    """The program of one sample, and the dropout layers that it draws masks from, in order.

    `example` is a row whose widths count; its numbers do not matter as long as they are legal.
    Raises Untraceable.
    """
    inputs = [Tensor(value) for value in example[0]]
    target: Any = example[1]
    target_is_list = isinstance(target, list | tuple)
    targets = [Tensor(value) for value in (target if target_is_list else [target])]
    draws: list[tuple[Dropout, int]] = []
    masks: list[Tensor] = []

    def placeholder_mask(dropout: Dropout, width: int) -> list[Tensor]:
        draws.append((dropout, width))
        fresh = [Tensor(1.0) for _ in range(width)]
        masks.extend(fresh)
        return fresh

    try:
        with _watched(placeholder_mask):
            output = loss(model(list(inputs)), list(targets) if target_is_list else targets[0])
    except Exception as error:
        raise Untraceable(str(error)) from error
    if not isinstance(output, Tensor) or not output._prev:
        raise Untraceable("the loss does not depend on anything")
    writer = _Writer(inputs, targets, masks, parameters)
    sweep = writer.write(output)
    program = Program(
        operations=tuple(writer.operations),
        sweep=sweep,
        inputs=len(inputs),
        targets=len(targets),
        masks=len(masks),
        parameters=len(parameters),
        target_is_list=target_is_list,
    )
    return program, draws


class _Writer:
    """Gives every tensor of a graph its place in the list."""

    def __init__(
        self,
        inputs: Sequence[Tensor],
        targets: Sequence[Tensor],
        masks: Sequence[Tensor],
        parameters: Sequence[Tensor],
    ) -> None:
        self.operations: list[Operation] = []
        self.place: dict[int, int] = {}
        self.kept: list[Tensor] = []  # ids stay theirs as long as the tensors live
        groups = {"parameter": parameters, "input": inputs, "target": targets, "mask": masks}
        for name, tensors in groups.items():
            for index, tensor in enumerate(tensors):
                self._add(tensor, Operation(name, (), index))

    def _add(self, tensor: Tensor, operation: Operation) -> int:
        self.operations.append(operation)
        self.kept.append(tensor)
        place = self.place[id(tensor)] = len(self.operations) - 1
        return place

    def _operand(self, tensor: Tensor) -> int:
        place = self.place.get(id(tensor))
        if place is not None:
            return place
        if tensor._op != "constant":  # a copy of a value, which cut the graph
            raise Untraceable("a tensor that is neither a parameter nor computed here")
        return self._add(tensor, Operation("constant", (), tensor._data))

    def write(self, output: Tensor) -> tuple[int, ...]:
        sweep = []
        for tensor in sweep_order(output, Tensor):
            operands = tuple([self._operand(child) for child in tensor._prev])
            if all(self.operations[operand].name == "constant" for operand in operands):
                self._add(tensor, Operation("constant", (), tensor._data))
                continue
            sweep.append(self._add(tensor, self._operation(tensor, operands)))
        if not sweep or sweep[-1] != self.place[id(output)]:
            raise Untraceable("the loss is a constant")
        return tuple(sweep)

    def _operation(self, tensor: Tensor, operands: tuple[int, ...]) -> Operation:
        if isinstance(tensor, Dot):  # here a dot always has its inputs, also those without nodes
            values = tensor.plain_inputs
            places = range(len(self.operations), len(self.operations) + len(values))
            self.operations.extend([Operation("constant", (), value) for value in values])
            operands = (*operands, *places)
        return Operation(tensor._op, operands)


@contextmanager
def _watched(mask: Callable[[Dropout, int], list[Tensor]]) -> Iterator[None]:
    """Tensors that keep their values to themselves, and dropout layers that give placeholders."""
    slot = Tensor.__dict__["data"]
    methods = {name: Comparable.__dict__[name] for name in REFUSED}
    mask_before = Dropout.mask

    def get(tensor: Tensor) -> float:
        if not sys._getframe(1).f_globals.get("__name__", "").startswith("engine."):
            raise Untraceable("a value is looked at")
        return tensor._data

    def refuse(*_: object) -> Any:
        raise Untraceable("a value is compared or converted")

    try:
        for name in REFUSED:
            setattr(Comparable, name, refuse)
        setattr(Tensor, "data", property(get, slot.__set__))  # noqa: B010 (a slot, to mypy)
        Dropout.mask = mask  # type: ignore[assignment, method-assign]
        yield
    finally:
        setattr(Tensor, "data", slot)  # noqa: B010
        Dropout.mask = mask_before  # type: ignore[method-assign]
        for name, method in methods.items():
            setattr(Comparable, name, method)
