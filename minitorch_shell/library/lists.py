"""Functions of lists, and of several values."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from engine import functions as of_scalars
from engine.datasets import Dataset
from engine.tensor import Tensor
from minitorch_shell.library.elementwise import NUMBERS, plain_number
from minitorch_shell.library.operations import divide, iterate
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import whole
from minitorch_shell.values.data import as_data, is_data
from minitorch_shell.values.description import data_text
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network
from minitorch_shell.values.vector import DataRow, Vector


def _items(xs: Any, name: str, least: int = 0) -> list[Any]:
    """The elements of the one list that `name` takes."""
    if not isinstance(xs, list):
        raise Trouble(
            "MT302",
            f"`{name}` takes a list, not {kind_of(xs)}",
            help=f"write `{name}([a, b])`",
        )
    if len(xs) < least:
        raise Trouble("MT307", f"`{name}` of an empty list", help="it needs at least one element")
    return xs


def _extreme(xs: tuple[Any, ...], name: str, rule: Callable[..., Tensor]) -> Any:
    items = _items(xs[0], name, 1) if len(xs) == 1 and isinstance(xs[0], list) else list(xs)
    for item in items:
        if not isinstance(item, NUMBERS):
            raise Trouble("MT302", f"`{name}` takes numbers, not {kind_of(item)}")
    result = items[0]
    for item in items[1:]:
        result = rule(result, item)
    if any(isinstance(item, Tensor) for item in items):
        return result
    number = result.data if isinstance(result, Tensor) else result
    return int(number) if all(type(item) is int for item in items) else float(number)


def maximum(*xs: Any) -> Any:
    return _extreme(xs, "max", of_scalars.maximum)


def minimum(*xs: Any) -> Any:
    return _extreme(xs, "min", of_scalars.minimum)


def total(xs: Any) -> Any:
    """The sum of a list, added from left to right."""
    items = _items(xs, "sum")
    if not items:
        return 0.0
    result = items[0]
    for item in items[1:]:
        result = result + item
    return result


def mean(xs: Any) -> Any:
    """The mean of a list; of a list of lists element by element, as `sum` adds them."""
    return divide(total(_items(xs, "mean", 1)), len(xs))


def dot(a: Any, b: Any) -> Any:
    """The dot product of two lists."""
    return Vector(_items(a, "dot")) @ _items(b, "dot")


def length(xs: Any) -> int:
    if isinstance(xs, str | list | Network) or hasattr(xs, "evaluation_rows"):
        return len(xs)
    raise Trouble("MT302", f"`len` takes a list, not {kind_of(xs)}")


LONGEST_RANGE = 10_000_000


def counts(n: Any, stop: Any = None, step: Any = None) -> Vector:
    """The counts from 0 to n - 1, or from n to stop - 1 in steps."""
    numbers = [whole(part, "`range`") for part in (n, stop, step) if part is not None]
    if numbers[2:] == [0]:
        raise Trouble("MT308", "the step of `range` must not be 0")
    span = range(*numbers)
    if len(span) > LONGEST_RANGE:
        raise Trouble(
            "MT704",
            f"`range` makes a list of at most {LONGEST_RANGE:,} counts",
            help="use `repeat n { ... }` or `while`",
        )
    return DataRow(span)


def zipped(*xs: Any) -> Vector:
    """Rows of the elements that stand at the same place of several lists, data sets or strings."""
    lists = [elements(part, "zip") for part in xs]
    lengths = sorted({len(part) for part in lists})
    if len(lengths) > 1:
        raise Trouble(
            "MT304",
            f"`zip` needs lists of one length, here are {' and '.join(map(str, lengths))}",
            help="`len(a)` tells the length of a list",
        )
    return DataRow([DataRow(pair) for pair in zip(*lists, strict=True)])


def elements(xs: Any, name: str, least: int = 0) -> list[Any]:
    """What a list, a data set or a string consists of; `name` is the function that takes it.

    The list itself where it is one: not to be changed in place.
    """
    parts = list(xs) if isinstance(xs, str) else list(iterate(xs)) if is_data(xs) else xs
    return _items(parts, name, least)


def concat(*xs: Any) -> Any:
    """The elements of several lists, or of one list of lists, in one list.

    Of strings it is a string, of data sets a data set with the rows of all.
    """
    parts = list(xs)
    if len(xs) == 1 and isinstance(xs[0], list) and all(map(_is_sequence, xs[0])):
        parts = list(xs[0])
    if parts and all(isinstance(part, str) for part in parts):
        return "".join(parts)
    if parts and all(map(is_data, parts)):
        return _joined([as_data(part) for part in parts])
    items = [item for part in parts for item in elements(part, "concat")]
    rows = bool(parts) and all(isinstance(part, DataRow) or is_data(part) for part in parts)
    return (DataRow if rows else Vector)(items)


def _is_sequence(part: Any) -> bool:
    return isinstance(part, list | str) or is_data(part)


def _joined(sets: list[Dataset]) -> Any:
    """One data set with the rows of all."""
    first = sets[0]
    for data in sets[1:]:
        if (data.width, data.outputs) != (first.width, first.outputs):
            raise Trouble(
                "MT304",
                f"`concat` needs rows of the same widths: {data_text(first)}; {data_text(data)}",
                help="`show d` tells the columns of a set",
            )
    rows = [row for data in sets for row in data.rows()]
    alike = all(
        (data.classes, data.labels, data.class_names)
        == (first.classes, first.labels, first.class_names)
        for data in sets
    )
    return first.part(rows) if alike else Dataset("data", rows)


def transpose(a: Any) -> Vector:
    """The columns of a list of lists, each as a list; of a data set its inputs and its targets."""
    lists = elements(a, "transpose")
    rows = [elements(row, "transpose") for row in lists]
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        raise Trouble(
            "MT304",
            f"`transpose` needs rows of one length, here are {' and '.join(map(str, lengths))}",
            help="`[len(row) for row in a]` tells the lengths",
        )
    kind = DataRow if rows and all(isinstance(row, DataRow) for row in lists) else Vector
    return kind([kind(column) for column in zip(*rows, strict=True)])


def append(xs: Any, a: Any) -> Vector:
    """A new list with `a` behind the elements of `xs`."""
    longer = Vector(_items(xs, "append"))
    list.append(longer, a)
    if type(xs) is Vector:
        longer.settled = getattr(xs, "settled", 0)
    return longer


def copy(a: Any) -> Any:
    """An independent copy: fresh leaves with the same values, gradients 0."""
    if isinstance(a, Network):
        from copy import deepcopy

        streams = [getattr(layer, "random", None) for layer in a.module]
        shared: dict[int, Any] = {id(stream): stream for stream in streams}
        return Network(deepcopy(a.module, shared))  # all but the random numbers of dropout
    if isinstance(a, Tensor):
        return Tensor(a.data)
    if isinstance(a, list):
        return type(a)([copy(item) for item in a])
    return a


def close(a: Any, b: Any) -> bool:
    """Whether two numbers, or all elements of two lists, agree to within 1e-6 relative."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(close, a, b))
    return math.isclose(
        plain_number(a, "close"), plain_number(b, "close"), rel_tol=1e-6, abs_tol=1e-12
    )
