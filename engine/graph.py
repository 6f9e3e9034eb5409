"""Walks over a graph: its nodes in order, its leaves, and fused nodes taken apart.

Nothing here changes a tensor. All walks keep their own stack, so depth has no limit.
"""

from engine.fused import Dot
from engine.tensor import Tensor, node

__all__ = ["leaves", "topological_order", "unfold", "unfold_dot"]


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
        if isinstance(old, Dot):
            new = unfold_dot(old, replacement)
        elif any(replacement[child] is not child for child in old._prev):
            children = tuple([replacement[child] for child in old._prev])
            new = node(old._op, old.data, children, old._derivatives)
            new.grad = old.grad
        else:
            new = old
        replacement[old] = new
        if new is not old:
            original[new] = old
    return replacement[output], original


def unfold_dot(fused: Dot, replacement: dict[Tensor, Tensor] | None = None) -> Tensor:
    """One fused neuron as products, sums and a relu: bias + w1 * x1 + w2 * x2 + ..., from the left.

    Its weights and inputs stay the same tensors (or their `replacement`), its plain-number inputs
    become constants. The new nodes have the fused node's numbers, gradients included.
    """
    swap = replacement if replacement is not None else {}
    off = fused._op == "dot relu" and fused.total <= 0.0
    gradient = 0.0 if off else fused.grad
    inputs = fused.inputs or tuple(
        [node("constant", value, (), ()) for value in fused.input_values]
    )
    total = None if fused.bias is None else swap.get(fused.bias, fused.bias)
    terms = zip(fused.weights, inputs, fused.weight_values, fused.input_values, strict=True)
    value = fused.bias_value
    for weight, entry, weight_value, input_value in terms:
        product = node(
            "*",
            weight_value * input_value,
            (swap.get(weight, weight), swap.get(entry, entry)),
            (input_value, weight_value),
        )
        product.grad = gradient
        value += product.data
        if total is None:
            total = product
        else:
            total = node("+", value, (total, product), (1.0, 1.0))
            total.grad = gradient
    if total is None:  # no terms and no bias: an empty sum
        total = node("constant", 0.0, (), ())
    if fused._op == "dot":
        return total
    out = node("relu", fused.data, (total,), () if off else (1.0,))
    out.grad = fused.grad
    return out
