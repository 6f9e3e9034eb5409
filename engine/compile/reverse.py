"""Reverse mode on the middle form: for every value, where its gradient comes from.

The eager engine pushes gradients down: each operation adds its share to each operand. Here the
same sums are written from the operand's side: the gradient of a value is a sum of flows, one for
each time the value is used, in the order in which the eager sweep would add them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from engine.compile.program import Operation, Program
from engine.compile.spelling import cut


class Flow(NamedTuple):
    """gradient(consumer) * d consumer / d operand, the operand at `position` of `consumer`."""

    consumer: int
    position: int


def reverse(program: Program) -> list[list[Flow]]:
    """The flows into each value; empty where no parameter lies below."""
    needed = _depends_on_parameters(program)
    flows: list[list[Flow]] = [[] for _ in program.operations]
    for consumer in reversed(program.sweep):
        if not needed[consumer]:
            continue
        for position, operand in _open(program.operations[consumer]):
            if needed[operand]:
                flows[operand].append(Flow(consumer, position))
    return flows


def _depends_on_parameters(program: Program) -> list[bool]:
    needed: list[bool] = []
    for operation in program.operations:
        below = any(needed[operand] for _, operand in _open(operation))
        needed.append(below or operation.name == "parameter")
    return needed


def _open(operation: Operation) -> Iterator[tuple[int, int]]:
    """The operands that something can flow back to, each with its position."""
    for position, operand in enumerate(operation.operands):
        if not cut(operation.name, position):
            yield position, operand
