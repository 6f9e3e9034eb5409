"""Walks over a graph: its nodes in order, its leaves, and fused nodes taken apart.

Nothing here changes a value or a gradient. All walks keep their own stack, so depth has no limit.
"""

from collections.abc import Iterable

from engine.fused import operand_values
from engine.tensor import Tensor, node

__all__ = ["is_fused", "leaves", "reachable", "topological_order", "unfold", "unfold_dot"]


def topological_order(output: Tensor) -> list[Tensor]:
    """Everything `output` was made from and itself, each once, children before their parents.

    The first child's side comes before the second's; constants and leaves are included.
    """
    order: list[Tensor] = []
    visited: set[int] = set()
    stack: list[tuple[Tensor, bool]] = [(output, False)]
    while stack:
        tensor, children_done = stack.pop()
        if children_done:
            order.append(tensor)
        elif id(tensor) not in visited:
            visited.add(id(tensor))
            stack.append((tensor, True))
            stack.extend((child, False) for child in reversed(tensor._prev))
    return order


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
    rows_seen: set[int] = set()  # weights, by identity: `roots` keep them alive
    for tensor in found:  # which grows meanwhile
        children = [tensor._first, tensor._second]
        if tensor._fused is not None:  # units share inputs, and weights from row to row
            weights, _, inputs, _ = tensor._fused
            if inputs.sweep is not mark:
                inputs.sweep = mark
                children += inputs.tensors
            if id(weights) not in rows_seen:
                rows_seen.add(id(weights))
                children += weights
        for child in children:
            if child is not None and child._sweep is not mark:
                child._sweep = mark
                found.append(child)
    return found


def leaves(output: Tensor) -> list[Tensor]:
    """The leaves under `output` in the order they are met; constants are not leaves."""
    return [tensor for tensor in topological_order(output) if tensor._op == ""]


def unfold(output: Tensor) -> tuple[Tensor, dict[Tensor, Tensor]]:
    """The graph of `output` with every fused node taken apart, and each new node's original.

    Values, local derivatives and gradients are those of the graph as it stands. Leaves and nodes
    with nothing fused below stay the same objects. The mapping holds, for each new node that
    stands for an old one, that old one; the products and sums inside a neuron have none.
    """
    replacement: dict[Tensor, Tensor] = {}
    original: dict[Tensor, Tensor] = {}
    for old in topological_order(output):
        if is_fused(old):
            new = unfold_dot(old, replacement)
        elif any(replacement[child] is not child for child in old._prev):
            first, *others = [replacement[child] for child in old._prev]
            second = others[0] if others else None
            new = node(old._op, old.data, first, second, old._by_first, old._by_second)
            new.grad = old.grad
        else:
            new = old
        replacement[old] = new
        if new is not old:
            original[new] = old
    return replacement[output], original


def is_fused(tensor: Tensor) -> bool:
    """Whether `tensor` is a neuron's sum in one node, which `unfold` takes apart."""
    return tensor._op in ("dot", "dot relu")


def unfold_dot(fused: Tensor, replacement: dict[Tensor, Tensor] | None = None) -> Tensor:
    """One fused neuron as products, sums and a relu: bias + w1 * x1 + w2 * x2 + ..., from the left.

    Its weights and inputs stay the same tensors (or their `replacement`), its plain-number inputs
    become constants. The new nodes have the fused node's numbers, gradients included.
    """
    swap = replacement if replacement is not None else {}
    value, input_values, weight_values = operand_values(fused)
    width = len(weight_values)
    children = [swap.get(child, child) for child in fused._prev]
    total, weights = children[0], children[1 : width + 1]
    inputs = children[width + 1 :] or [node("constant", x) for x in input_values]
    sums: list[Tensor] = []
    for weight, entry, w, x in zip(weights, inputs, weight_values, input_values, strict=True):
        product = node("*", w * x, weight, entry, x, w)
        value += product.data
        total = node("+", value, total, product, 1.0, 1.0)
        sums += [product, total]
    off = fused._op == "dot relu" and value <= 0.0
    for step in sums:
        step.grad = 0.0 if off else fused.grad
    if fused._op == "dot":
        return total
    out = node("relu", fused.data, total, None, None if off else 1.0)
    out.grad = fused.grad
    return out
