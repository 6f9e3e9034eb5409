"""Lists of the language, which are its vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from engine.probability import Probabilities
from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble


class Vector(list[Any]):
    """A list of the language: `+ - * /` work element by element, `@` is the product of vectors.

    It is a list so that the engine's layers and losses take it as it is. The language never writes
    into one. So what `leaf` has found out about it holds for good: the first `settled` elements
    need no leaves any more. That keeps loops that let a list grow from looking at all of it in
    each round, and lists that share parts from being looked at along every way into them.
    """

    KIND = "a list"
    __slots__ = ("settled",)
    __hash__ = None

    settled: int  # not there: nothing is known

    def __add__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: a + b, "+")

    def __radd__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: b + a, "+")

    def __sub__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: a - b, "-")

    def __rsub__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: b - a, "-")

    def __mul__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: a * b, "*")

    def __rmul__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: b * a, "*")

    def __neg__(self) -> Vector:
        return Vector([-item for item in self])

    def __pos__(self) -> Vector:
        return Vector([+item for item in self])

    def __matmul__(self, other: Any) -> Any:
        if not isinstance(other, list):
            return NotImplemented
        if self and isinstance(self[0], list):
            if other and isinstance(other[0], list):
                return _matrix_product(self, other)
            return Vector([Vector(row) @ other for row in self])
        if other and isinstance(other[0], list):
            raise Trouble(
                "MT306",
                "`@` takes a list on the right of a matrix, not on its left",
                help="write matrix @ list: `W @ x`; a matrix of one row is `[x] @ W`",
            )
        _same_length(self, other, "@")
        total: Any = 0.0
        for left, right in zip(self, other, strict=True):
            total = total + left * right
        return total

    def _no_order(self, other: object) -> NoReturn:
        raise Trouble(
            "MT305",
            "lists have no order",
            help="compare single elements, or `sum(a) < sum(b)`",
        )

    __lt__ = __le__ = __gt__ = __ge__ = _no_order


class DataRow(Vector):
    """A row of data or a part of one; binding it makes no leaves."""

    __slots__ = ()


class ProbabilityVector(Vector, Probabilities):
    """What a softmax gives; it remembers the scores, so that cross entropy stays exact."""


def as_vector(outputs: list[Any]) -> Vector:
    """What a layer of the engine gives, as a list of the language."""
    if isinstance(outputs, Probabilities):
        vector = ProbabilityVector.__new__(ProbabilityVector)
        vector.extend(outputs)
        vector.scores = outputs.scores
        return vector
    return Vector(outputs)


def _matrix_product(left: list[Any], right: list[Any]) -> Vector:
    """The product of two lists of rows: each row of the left by each column of the right."""
    for rows in (left, right):
        for row in rows:
            if not isinstance(row, list) or len(row) != len(rows[0]):
                raise Trouble(
                    "MT304", "`@` needs matrices whose rows are lists of one length",
                    help="`print [len(row) for row in A]` tells the lengths",
                )  # fmt: skip
    if len(left[0]) != len(right):
        raise Trouble(
            "MT304",
            f"`@` needs as many columns on its left as rows on its right, here are "
            f"{len(left[0])} and {len(right)}",
            help="an n by m matrix times an m by k matrix is n by k",
        )
    columns = [Vector(column) for column in zip(*right, strict=True)]
    return Vector([Vector([Vector(row) @ column for column in columns]) for row in left])


def _same_length(left: list[Any], right: list[Any], sign: str) -> None:
    if len(left) != len(right):
        raise Trouble(
            "MT304",
            f"`{sign}` needs lists of one length, here are {len(left)} and {len(right)}",
            help="`append(xs, 3)` makes a longer list; `+` adds element by element"
            if sign == "+" and 1 in (len(left), len(right))
            else "`len(a)` tells the length of a list",
        )


def _elementwise(left: Vector, right: Any, combine: Callable[[Any, Any], Any], sign: str) -> Vector:
    """`left sign right` element by element; a scalar is used for each element."""
    if isinstance(right, list):
        _same_length(left, right, sign)
        return Vector([combine(a, b) for a, b in zip(left, right, strict=True)])
    if isinstance(right, Tensor | float | int):
        return Vector([combine(a, right) for a in left])
    return NotImplemented  # type: ignore[no-any-return]


def flat(items: list[Any]) -> list[Any]:
    """The elements of nested lists, in their order."""
    found: list[Any] = []
    for item in items:
        if isinstance(item, list):
            found.extend(flat(item))
        else:
            found.append(item)
    return found
