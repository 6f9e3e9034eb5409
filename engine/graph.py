"""Walks over a graph: its nodes in order, its leaves, and fused nodes taken apart.

Nothing here changes a value or a gradient. All walks keep their own stack, so depth has no limit.
"""

from collections.abc import Iterable, Sequence
from operator import is_not

from engine.composite import Composite
from engine.recording import recorded
from engine.sweep import children_first
from engine.tensor import HandMade, Tensor, node

__all__ = ["is_fused", "leaves", "reachable", "topological_order", "unfold"]


def topological_order(output: Tensor) -> list[Tensor]:
    """Everything `output` was made from and itself, each once, children before their parents.

    The first child's side comes before the second's; constants and leaves are included.
    """
    return children_first(output)


def reachable(roots: Iterable[Tensor]) -> list[Tensor]:
    """The tensors and all that they were made from, each once: all that a sweep may write to.

    As quick as can be, with a mark in each tensor like the sweep itself; in no order to rely on.
    """
    mark = object()
    found: list[Tensor] = []
    for root in roots:
        if root._sweep is not mark:
            root._sweep = mark
            found.append(root)
    parts_seen: dict[int, Sequence[Tensor]] = {}  # by identity
    for tensor in found:  # which grows meanwhile
        children: list[Tensor | None]
        if type(tensor) is Tensor:
            children = [tensor._first, tensor._second]
        elif isinstance(tensor, Composite):  # units share inputs, and weights from row to row
            children = [tensor._first]
            for part in tensor._parts():
                if id(part) not in parts_seen:
                    parts_seen[id(part)] = part
                    children += part
        else:
            children = [*tensor._prev]
        for child in children:
            if child is not None and child._sweep is not mark:
                child._sweep = mark
                found.append(child)
    return found


def leaves(output: Tensor) -> list[Tensor]:
    """The leaves under `output` in the order they are met; constants are not leaves."""
    return [tensor for tensor in topological_order(output) if tensor._op == ""]


@recorded()
def unfold(output: Tensor) -> tuple[Tensor, dict[Tensor, Tensor]]:
    """The graph of `output` with every fused node taken apart, and each new node's original.

    Values, local derivatives and gradients are those of the graph as it stands. Leaves and nodes
    with nothing fused below stay the same objects. The mapping holds, for each new node that
    stands for an old one, that old one; the products and sums inside a neuron have none.
    """
    replacement: dict[Tensor, Tensor] = {}
    original: dict[Tensor, Tensor] = {}
    for old in topological_order(output):
        operands = [replacement[child] for child in old._prev]
        if is_fused(old) or any(map(is_not, operands, old._prev)):
            new = _again(old, operands)
            original[new] = old
        else:
            new = old
        replacement[old] = new
    return replacement[output], original


def is_fused(tensor: Tensor) -> bool:
    """Whether `tensor` is several operations in one, which `unfold` takes apart."""
    return isinstance(tensor, Composite)


def _again(old: Tensor, operands: Sequence[Tensor]) -> Tensor:
    """The node on other operands: the same operation, the same numbers."""
    if isinstance(old, Composite):
        return old._unfold(operands)
    if isinstance(old, HandMade):
        new = Tensor(old._data, operands, old._op)
    else:
        first, second = (*operands, None)[:2]
        new = node(old._op, old._data, first, second, old._by_first, old._by_second)
    new._grad = old._grad
    return new
