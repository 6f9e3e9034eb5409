"""Whole numbers: counts, and what is a whole number where one is needed."""

from __future__ import annotations

import math
from math import inf
from typing import Any

from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of

LARGEST_COUNT = 2**53  # of rounds, elements, ...: beyond that floats do not tell them apart
LARGEST_BITS = 1023  # of counts: those of more become inf, so that none grows without end


def bounded(count: int) -> float | int:
    """A count itself; beyond the largest number inf or -inf."""
    if count.bit_length() <= LARGEST_BITS:
        return count
    return inf if count > 0 else -inf


def whole(number: Any, what: str) -> int:
    """`number` as a whole number: counts, and floats and tensors without a fraction."""
    plain = number.data if isinstance(number, Tensor) else number
    if isinstance(plain, float | int) and not isinstance(plain, bool):
        plain = bounded(plain) if isinstance(plain, int) else plain
        if LARGEST_COUNT < abs(plain) < math.inf:
            raise Trouble(
                "MT308", f"{what} must be a whole number up to 2^53, not {plain:g}",
                help="`while true { ... }` goes on without end",
            )  # fmt: skip
        if plain == plain and abs(plain) != math.inf and plain == int(plain):
            return int(plain)
        raise Trouble(
            "MT308", f"{what} must be a whole number, not {plain:g}", help="`round(x)` makes one"
        )
    raise Trouble(
        "MT308", f"{what} must be a whole number, not {kind_of(number)}",
        help="write a number such as `3`",
    )  # fmt: skip


def are(count: int) -> str:
    return "is" if count == 1 else "are"


def counted(number: int, word: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
