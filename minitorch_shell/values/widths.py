"""Widths of layers in a row: filled in from neighbours, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Width = int | None  # None stands for `?`, or for a layer that takes any width


class WidthClash(Exception):  # noqa: N818 (what was found, not a failure)
    """Two neighbours that do not fit: their places in the row, and both widths."""

    def __init__(self, left: int, gives: int, right: int, takes: int) -> None:
        super().__init__(f"{gives} into {takes}")
        self.left = left
        self.gives = gives
        self.right = right
        self.takes = takes


class WidthUnknown(Exception):  # noqa: N818
    """A `?` that no neighbour tells: its place in the row, and which width is open."""

    def __init__(self, at: int, side: str) -> None:
        super().__init__(side)
        self.at = at
        self.side = side


def fit(elements: Sequence[tuple[Width, Width, bool]]) -> list[tuple[Width, Width]]:
    """Fill in the open widths of a row from its neighbours and check that all fit.

    Raises `WidthClash` or `WidthUnknown`. Widths of elements that keep theirs stay None.
    """
    widths = [[inputs, outputs] for inputs, outputs, _ in elements]
    carriers = [at for at, (_, _, keeps) in enumerate(elements) if not keeps]
    for left, right in pairwise(carriers):
        gives, takes = widths[left][1], widths[right][0]
        if gives is None and takes is None:
            raise WidthUnknown(left, "out")
        if gives is None:
            widths[left][1] = takes
        elif takes is None:
            widths[right][0] = gives
        elif gives != takes:
            raise WidthClash(left, gives, right, takes)
    for at in carriers:
        for side, name in ((0, "in"), (1, "out")):
            if widths[at][side] is None:
                raise WidthUnknown(at, name)
    return [(inputs, outputs) for inputs, outputs in widths]
