"""What the code made of a program calls while it runs: the operations Python has no sign for.

`+ - *` on numbers, tensors and vectors are Python's own. The rest is here: IEEE division and
powers, truth, comparison of values, indexing, what loops go through.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NoReturn

from engine import rules
from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import counted, whole
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.leaves import leaf
from minitorch_shell.values.network import Network
from minitorch_shell.values.vector import DataRow, Vector

Operation = Callable[[Any, Any], Any]


def divide(a: Any, b: Any) -> Any:
    """a / b; by zero it is inf, -inf or nan, as IEEE 754 and PyTorch have it."""
    try:
        return a / b
    except TypeError:
        if (result := _element_by_element(divide, a, b, "/")) is not None:
            return result
        raise
    except ZeroDivisionError:
        if a == 0 or a != a:
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1.0, b)
    except OverflowError:  # of counts beyond the range of floats
        return math.inf


def _element_by_element(operation: Operation, a: Any, b: Any, sign: str) -> Vector | None:
    """The operation on lists, a number being used for each element; None where neither is one."""
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            raise Trouble(
                "MT304",
                f"`{sign}` needs lists of one length, here are {len(a)} and {len(b)}",
                help="`len(a)` tells the length of a list",
            ) from None
        return Vector([operation(x, y) for x, y in zip(a, b, strict=True)])
    if isinstance(a, list) and _numeric(b):
        return Vector([operation(x, b) for x in a])
    if isinstance(b, list) and _numeric(a):
        return Vector([operation(a, y) for y in b])
    return None


def remainder(a: Any, b: Any) -> Any:
    """a % b, with the sign of b; of a division by zero it is nan. Counts give a count."""
    if isinstance(a, int) and isinstance(b, int) and b != 0:
        return a % b
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        if _numeric(a) and _numeric(b):
            return a % b
    elif _numeric(a) and _numeric(b):
        return rules.remainder(float(a), float(b))
    if (result := _element_by_element(remainder, a, b, "%")) is not None:
        return result
    kinds = f"{kind_of(a)} and {kind_of(b)}".replace("a count", "a number")
    raise Trouble("MT302", f"`%` cannot combine {kinds}", label="these do not go together",
                  help="the remainder is that of two numbers: `7 % 2`")  # fmt: skip


def power(a: Any, b: Any) -> Any:
    """a ^ b for numbers, tensors and, element by element, a list on the left."""
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        if isinstance(a, list):
            return Vector([power(x, b) for x in a])
        return a**b
    if isinstance(a, list):
        return Vector([power(x, b) for x in a])
    if not isinstance(a, float | int) or not isinstance(b, float | int):
        raise Trouble("MT302", f"`^` takes numbers, not {kind_of(b if _numeric(a) else a)}")
    try:
        result = float(a) ** float(b)
    except (ZeroDivisionError, OverflowError):
        return (Tensor(a) ** float(b)).data
    return math.nan if isinstance(result, complex) else result


def _numeric(value: object) -> bool:
    return isinstance(value, Tensor | float | int)


def plus(a: Any) -> Any:
    """+a: a itself, which must be a number or a list."""
    if isinstance(a, Tensor | float | int | list):
        return a
    raise Trouble("MT302", f"`+` takes a number, not {kind_of(a)}")


def truth(value: Any) -> bool:
    """`value` as a condition; only booleans are conditions."""
    if value is True or value is False:
        return bool(value)
    raise Trouble(
        "MT309",
        f"a condition must be true or false, here is {kind_of(value)}",
        label="not a condition",
        help="compare it with something, such as `!= 0`",
    )


def equal(a: Any, b: Any) -> bool:
    """Equality of values; lists are equal when all elements are."""
    if isinstance(a, Tensor):
        a = a.data
    if isinstance(b, Tensor):
        b = b.data
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def compare(operators: tuple[str, ...], *operands: Any) -> bool:
    """A chain of comparisons, `a < b == c`."""
    for operator, (a, b) in zip(operators, pairwise(operands), strict=True):
        if operator == "==":
            holds = equal(a, b)
        elif operator == "!=":
            holds = not equal(a, b)
        elif operator == "in":
            holds = contains(b, a)
        elif operator == "not in":
            holds = not contains(b, a)
        elif operator == "<":
            holds = a < b
        elif operator == "<=":
            holds = a <= b
        elif operator == ">":
            holds = a > b
        else:
            holds = a >= b
        if not holds:
            return False
    return True


def contains(whole: Any, part: Any) -> bool:
    """Whether a list has an element that is equal to `part`, or a string has it in it."""
    if isinstance(whole, str):
        if isinstance(part, str):
            return part in whole
        raise Trouble(
            "MT302", f"a string holds strings, not {kind_of(part)}", label="not a string",
            help='`"a" in "emma"` looks for text',
        )  # fmt: skip
    return any(
        equal(item, part) for item in _iterable(whole, "`in` looks into", "write `3 in [1, 2, 3]`")
    )


def index(base: Any, at: Any) -> Any:
    """base[at] of a list, network, data set or string; negative counts from the end."""
    if not isinstance(base, list | Network | str) and not hasattr(base, "evaluation_rows"):
        raise Trouble("MT302", f"only lists have elements, this is {kind_of(base)}")
    place = whole(at, "an index")
    size = len(base)
    if not -size <= place < size:
        what = "row" if hasattr(base, "evaluation_rows") else "element"
        what = "layer" if isinstance(base, Network) else what
        ends = f"indices go from 0 to {size - 1}, or from -1 at the end back to {-size}"
        raise Trouble(
            "MT310",
            f"there is no [{place}]: it has {counted(size, what)}",
            help=ends if size else "it is empty",
        )
    item = base[place]
    return data_row(item) if isinstance(item, tuple) else item


def data_row(row: tuple[list[float], float | list[float]]) -> DataRow:
    """A row of a data set as a list of the language: [inputs, target]."""
    inputs, target = row
    return DataRow([DataRow(inputs), DataRow(target) if isinstance(target, list) else target])


def element_of(base: Any, path: tuple[Any, ...]) -> Any:
    """base[i][j], the places given as a tuple."""
    for at in path:
        base = index(base, at)
    return base


def with_element(base: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A list like `base` but for the element at `path`: what `xs[i] = value` binds `xs` to."""
    if not isinstance(base, list):
        raise Trouble(
            "MT302",
            f"only elements of lists can be bound, this is {kind_of(base)}",
            label="not a list",
            help='put a string together anew: `s[0:1] + "a" + s[2:]`'
            if isinstance(base, str)
            else "bind the name itself: `x = ...`",
        )
    at, *rest = path
    inner = index(base, at)
    item = with_element(inner, tuple(rest), value) if rest else value
    if isinstance(base, DataRow):
        return _replaced(DataRow(base), at, item)
    changed = _replaced(Vector(base), at, leaf(item))
    if hasattr(base, "settled"):
        changed.settled = base.settled
    return changed


def _replaced(changed: Vector, at: Any, item: Any) -> Vector:
    changed[whole(at, "an index")] = item
    return changed


def cut(base: Any, start: Any, stop: Any) -> Any:
    """base[start:stop]"""
    part = slice(
        None if start is None else whole(start, "an index"),
        None if stop is None else whole(stop, "an index"),
    )
    if isinstance(base, Network):
        if not base.module[part].layers:
            raise Trouble("MT310", "this part of the network has no layers")
        return base[part]
    if isinstance(base, list):
        return type(base)(base[part])
    if isinstance(base, str) or hasattr(base, "evaluation_rows"):
        return base[part]
    raise Trouble("MT302", f"only lists have parts, this is {kind_of(base)}")


def iterate(source: Any) -> Iterable[Any]:
    """What `for x in source` goes through."""
    return _iterable(source, "`for` goes through", "to count write `for k in range(10)`")


def _iterable(source: Any, what: str, help: str) -> Iterable[Any]:
    if isinstance(source, list | str):
        return source
    if hasattr(source, "evaluation_rows"):
        return [data_row(row) for row in source.evaluation_rows()]
    if hasattr(source, "dataset"):
        return _iterable(source.dataset(), what, help)
    raise Trouble(
        "MT302",
        f"{what} a list, a string or a data set, not {kind_of(source)}",
        help=help,
    )


Shape = tuple[Any, ...]  # of names: None for each, for a pattern in brackets its own shape


def unpack(value: Any, shape: Shape) -> list[Any]:
    """The elements of a list or string, for `a, b = ...` or `a, (b, c) = ...`."""
    items = _elements(value, len(shape))
    if any(shape):
        return [
            item if inner is None else unpack(item, inner)
            for item, inner in zip(items, shape, strict=True)
        ]
    return items


def _elements(value: Any, count: int) -> list[Any]:
    if isinstance(value, str):
        value = list(value)
    if not isinstance(value, list):
        raise Trouble(
            "MT311",
            f"{count} names need a list of {count} values, here is {kind_of(value)}",
            help="write as many values: `a, b = [1, 2]`",
        )
    if len(value) != count:
        raise Trouble(
            "MT311",
            f"{count} names need {count} values, the list has {len(value)}",
            help="`_` may stand for a value that is not needed",
        )
    return value


def iterate_unpacked(source: Any, shape: Shape) -> Iterable[list[Any]]:
    """What `for x, y in source` goes through."""
    return (unpack(row, shape) for row in iterate(source))


def repetitions(count: Any) -> range:
    """The rounds of `repeat count`."""
    number = whole(count, "the count of `repeat`")
    if number < 0:
        raise Trouble(
            "MT308",
            f"the count of `repeat` must not be negative, it is {number}",
            help="`repeat 0 { ... }` does nothing; `max(0, n)` keeps it from 0 on",
        )
    return range(number)


def stop() -> NoReturn:
    """Leave the program under way, which was asked to stop."""
    raise KeyboardInterrupt
