"""Random numbers and random choices, all from the session's one stream."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from minitorch_shell.library.elementwise import plain_number
from minitorch_shell.library.lists import LONGEST_RANGE, elements
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import whole
from minitorch_shell.values.data import as_data, is_data
from minitorch_shell.values.vector import Vector

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


def uniform(session: Session, n: Any = None) -> Any:
    """A number from [0, 1), or a list of n of them."""
    draw = session.random.random
    return draw() if n is None else Vector([draw() for _ in range(_amount(n, "random"))])


def normal(session: Session, n: Any = None) -> Any:
    """A number of mean 0 and standard deviation 1, or a list of n of them."""
    draw = session.random.gauss
    if n is None:
        return draw(0.0, 1.0)
    return Vector([draw(0.0, 1.0) for _ in range(_amount(n, "normal"))])


def _amount(n: Any, name: str) -> int:
    number = whole(n, f"the length of `{name}`")
    if number < 0:
        raise Trouble("MT308", f"the length of `{name}` must not be negative, it is {number}",
                      help=f"write `{name}(3)`, or `{name}()` for one number")  # fmt: skip
    if number > LONGEST_RANGE:
        raise Trouble("MT704", f"`{name}` makes a list of at most {LONGEST_RANGE:,} numbers",
                      help="draw them one by one in a loop")  # fmt: skip
    return number


def choice(session: Session, xs: Any, weights: Any = None) -> Any:
    """One of the elements; with weights each in proportion to its own."""
    items = elements(xs, "choice", 1)
    if weights is None:
        return items[session.random.randrange(len(items))]
    return items[_place(session.random.random(), _shares(weights, len(items)))]


def _shares(weights: Any, count: int) -> list[float]:
    shares = [plain_number(weight, "choice") for weight in elements(weights, "choice")]
    if len(shares) != count:
        raise Trouble(
            "MT304",
            f"`choice` needs a weight for each element, here are {len(shares)} for {count}",
            help="`len(xs)` tells the length of a list",
        )
    for share in shares:
        if not 0 <= share < math.inf:
            raise Trouble("MT308", f"the weights of `choice` are 0 or more, not {share:g}",
                          help="`softmax(scores)` makes weights of any numbers")  # fmt: skip
    if not 0 < sum(shares) < math.inf:
        raise Trouble("MT308", f"the weights of `choice` add up to {sum(shares):g}",
                      help="give one of them a chance: a finite number above 0")  # fmt: skip
    return shares


def _place(at: float, shares: list[float]) -> int:
    """Where a number of [0, 1) falls among the shares, never at one that is 0."""
    ends = list(accumulate(shares))
    last = max(place for place, share in enumerate(shares) if share > 0)
    return min(bisect_right(ends, at * ends[-1]), last)


def shuffle(session: Session, xs: Any) -> Any:
    """The elements in random order: a new list, of a data set a new set."""
    if is_data(xs):
        data = as_data(xs)
        rows = list(data.rows())
        session.random.shuffle(rows)
        return data.part(rows)
    items = list(elements(xs, "shuffle"))
    session.random.shuffle(items)
    return (type(xs) if isinstance(xs, Vector) else Vector)(items)
