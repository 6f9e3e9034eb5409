"""The middle form: one sample's computation as a flat list of operations.

Every operation makes one value and names its operands by their place in the list (static single
assignment), so the list is a graph, an order to compute in, and a key to look a compiled network
up by. It knows nothing of Python source and nothing of tensors: any emitter can start from it.
"""

from typing import NamedTuple


class Untraceable(Exception):  # noqa: N818 - a decision, not an error anybody sees
    """A computation cannot be written down as one list of operations; the message says why."""


Detail = float | int | None

PLACEHOLDERS = ("input", "target", "mask", "parameter")  # detail: which one
DOTS = ("dot", "dot relu")


class Operation(NamedTuple):
    """One value. `name` is a placeholder, "constant" (detail: its value), a dot, or a rule's name.

    The operands of a dot are the bias (a constant 0 if there is none), all weights, all inputs.
    """

    name: str
    operands: tuple[int, ...] = ()
    detail: Detail = None


class Program(NamedTuple):
    """A traced sample: values in order of computation, the last one being the loss.

    `sweep` holds the values that operations made, in the order in which the eager engine computes
    them; it sweeps back in the opposite order, and sums of gradients follow that order.
    """

    operations: tuple[Operation, ...]
    sweep: tuple[int, ...]
    inputs: int
    targets: int
    masks: int
    parameters: int
    target_is_list: bool

    @property
    def output(self) -> int:
        return self.sweep[-1]

    def levels(self) -> list[int]:
        """How many operations lie between each value and the placeholders, on the longest way."""
        levels: list[int] = []
        for operation in self.operations:
            levels.append(1 + max((levels[operand] for operand in operation.operands), default=-1))
        return levels


def dot_parts(operation: Operation) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """(bias, weights, inputs) of a dot."""
    bias, *products = operation.operands
    count = len(products) // 2
    return bias, tuple(products[:count]), tuple(products[count:])
