"""Leaves: how they are made, what is stored in them, which ones values hold."""

from __future__ import annotations

from operator import is_not
from typing import Any

from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import bounded
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network
from minitorch_shell.values.vector import DataRow, Vector


def direct_tensors(values: Any) -> list[Tensor]:
    """The tensors that values hold themselves: tensors, elements of lists, parameters."""
    found: list[Tensor] = []
    waiting = list(values)[::-1]
    seen: set[int] = set()  # lists: they may share parts
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, list):
            if id(value) not in seen:
                seen.add(id(value))
                waiting.extend(reversed(value))
        elif isinstance(value, Network):
            found.extend(value.parameters())
        elif hasattr(value, "settings") and hasattr(value, "parameters"):
            found.extend(value.parameters)
    return found


def leaf(value: Any) -> Any:
    """What a name is bound to: a fresh leaf for a number, leaves for a list of numbers."""
    if type(value) is Tensor:  # as nearly always
        return value
    if type(value) is float:
        return Tensor(value)
    if type(value) is int and type(number := bounded(value)) is float:
        return Tensor(number)
    return _with_leaves(value) if type(value) is Vector else value


def _with_leaves(vector: Vector) -> Vector:
    """The list with leaves in the place of its numbers; itself where there are none."""
    known = getattr(vector, "settled", 0)
    if known == len(vector):
        return vector
    rest = vector[known:]
    settled = [
        Tensor(item) if type(item) is float
        else _with_leaves(item) if type(item) is Vector
        else leaf(item) if type(item) is int
        else item
        for item in rest
    ]  # fmt: skip
    if any(map(is_not, settled, rest)):
        vector = Vector(vector)
        vector[known:] = settled
    vector.settled = len(vector)
    return vector


def new_leaf(value: Any) -> Any:
    """A fresh leaf (or list of leaves) with the numbers of `value`, cut off from its graph."""
    if isinstance(value, Tensor):
        return Tensor(value.data)
    if type(value) is Vector:
        return Vector([new_leaf(item) for item in value])
    return leaf(value)


def gradient(value: Any) -> Any:
    """The gradient of a tensor as a plain number, or of each element of a list."""
    if isinstance(value, Tensor):
        return value.grad
    if isinstance(value, list):
        return DataRow([gradient(item) for item in value])
    if isinstance(value, Network):
        return DataRow([parameter.grad for parameter in value.parameters()])
    raise Trouble(
        "MT401",
        f"only tensors have a gradient, this is {kind_of(value)}",
        help="bind a number to a name and use that: `x = 2; y = x^2; backward y; grad x`",
    )


def plain_value(value: Any) -> float:
    """The number that `:=` stores."""
    if isinstance(value, Tensor):
        return value.data
    if isinstance(value, float | int) and not isinstance(value, bool):
        return float(value)
    raise Trouble("MT302", f"`:=` stores numbers, not {kind_of(value)}")


def updates(target: Any, value: Any) -> list[tuple[Tensor, float]]:
    """The leaves that `target := value` writes, each with its new value."""
    if isinstance(target, Tensor):
        if target._prev:
            raise Trouble(
                "MT402",
                "`:=` updates leaves, and this was computed from other values",
                label="not a leaf",
                help="bind it anew with `=`, or update the leaves it was made of",
            )
        return [(target, plain_value(value))]
    if isinstance(target, list):
        values = value if isinstance(value, list) else [value] * len(target)
        if len(values) != len(target):
            raise Trouble(
                "MT304",
                f"`:=` needs as many values as leaves, here are {len(values)} for {len(target)}",
            )
        return [pair for t, v in zip(target, values, strict=True) for pair in updates(t, v)]
    raise Trouble(
        "MT402",
        f"`:=` updates leaves and parameters, this is {kind_of(target)}",
        label="not a leaf",
        help="update its parameters: `for p in params(net) { p := p - 0.1 * grad p }`"
        if isinstance(target, Network)
        else "bind it with `=`",
    )
