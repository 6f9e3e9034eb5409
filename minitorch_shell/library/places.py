"""Functions of the order of elements and of their places."""

from __future__ import annotations

from typing import Any

from engine.tensor import Tensor
from minitorch_shell.library.elementwise import NUMBERS
from minitorch_shell.library.lists import elements
from minitorch_shell.library.operations import equal
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.printed import value_text
from minitorch_shell.values.counts import counted
from minitorch_shell.values.description import plain
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.vector import DataRow, Vector

Key = tuple[bool, Any]


def _keys(xs: Any, name: str, least: int, strings: bool) -> list[Key]:
    """By what the elements are ordered: numbers, nan behind all others, or strings."""
    items = elements(xs, name, least)
    kinds = {isinstance(item, str) for item in items}
    if kinds == {True} and strings:
        return [(False, item) for item in items]
    odd = next((item for item in items if not _is_number(item)), None)
    if odd is not None:
        wanted = "numbers or strings" if strings else "numbers"
        mixed = len(kinds) == 2 and strings
        what = "a list of both numbers and strings" if mixed else kind_of(odd)
        raise Trouble("MT302", f"`{name}` takes a list of {wanted}, not {what}",
                      help=f"write `{name}([3, 1, 2])`; one part of each row: "
                      f"`{name}([row[0] for row in rows])`"
                      if isinstance(odd, list) else f"write `{name}([3, 1, 2])`")  # fmt: skip
    numbers = [item.data if isinstance(item, Tensor) else item for item in items]
    return [(True, 0.0) if number != number else (False, number) for number in numbers]


def _is_number(item: Any) -> bool:
    return isinstance(item, NUMBERS) and not isinstance(item, bool)


def argmax(xs: Any) -> int:
    """The place of the largest number, the first of equals; that of a nan where there is one."""
    keys = _keys(xs, "argmax", 1, False)
    return keys.index(max(keys))


def argmin(xs: Any) -> int:
    """The place of the smallest number, the first of equals; that of a nan where there is one."""
    keys = _keys(xs, "argmin", 1, False)
    return keys.index(min(keys, key=lambda key: (not key[0], key[1])))


def order(xs: Any) -> Vector:
    """The places of the elements in rising order; equals stay as they stand, nan is last."""
    return DataRow(_order(_keys(xs, "order", 0, True)))


def _order(keys: list[Key]) -> list[int]:
    return sorted(range(len(keys)), key=keys.__getitem__)


def sort(xs: Any) -> Vector:
    """The elements in rising order, in a new list: the same tensors, so gradients flow."""
    items = elements(xs, "sort")
    kind = type(xs) if isinstance(xs, Vector) else Vector
    return kind([items[place] for place in _order(_keys(xs, "sort", 0, True))])


def index(xs: Any, v: Any) -> int:
    """The first place of an element that equals `v`, or of a text within a string."""
    if isinstance(xs, str):
        if not isinstance(v, str):
            raise Trouble("MT302", f"`index` looks in a string for a string, not for {kind_of(v)}",
                          help='write `index("abc", "b")`')  # fmt: skip
        place = xs.find(v)
    else:
        items = elements(xs, "index")
        place = next((at for at, item in enumerate(items) if equal(item, v)), -1)
    if place < 0:
        raise Trouble("MT310", f"`index` finds no such element: {_what(v)} is not in it",
                      help=f"it has {counted(len(xs), 'element')}; count them first: "
                      "`len([x for x in xs if x == v]) > 0`")  # fmt: skip
    return place


def _what(v: Any) -> str:
    return f'"{v}"' if isinstance(v, str) else value_text(plain(v))


def enumerated(xs: Any) -> Vector:
    """Pairs of place and element."""
    return DataRow([DataRow(pair) for pair in enumerate(elements(xs, "enumerate"))])
