"""Functions of one number, which go through lists element by element."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from engine import functions as of_scalars
from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.vector import DataRow, Vector

NUMBERS = (Tensor, float, int)


def element_by_element(name: str, rule: Callable[[Any], Tensor]) -> Callable[[Any], Any]:
    """The function `name` for numbers, tensors and (nested) lists.

    `rule` is the engine's function of one scalar. A plain number gives a plain number.
    """

    def apply(x: Any) -> Any:
        if isinstance(x, Tensor):
            return rule(x)
        if isinstance(x, float | int) and not isinstance(x, bool):
            return rule(Tensor(x)).data
        if isinstance(x, list):
            return Vector([apply(item) for item in x])
        raise Trouble(
            "MT302",
            f"`{name}` takes a number or a list of numbers, not {kind_of(x)}",
            help=f"write `{name}(2)` or `{name}([1, 2])`",
        )

    apply.__name__ = name
    return apply


exp = element_by_element("exp", of_scalars.exp)


log = element_by_element("log", of_scalars.log)


sqrt = element_by_element("sqrt", of_scalars.sqrt)


sin = element_by_element("sin", of_scalars.sin)


cos = element_by_element("cos", of_scalars.cos)


absolute = element_by_element("abs", abs)


softplus = element_by_element("softplus", of_scalars.softplus)


def value(a: Any) -> Any:
    """The plain number of a tensor (or the numbers of a list), without its graph."""
    if isinstance(a, Tensor):
        return a.data
    if isinstance(a, list):
        return DataRow([value(item) for item in a])
    if isinstance(a, float | int):
        return a
    raise Trouble("MT302", f"`value` takes a tensor or a list, not {kind_of(a)}")


def plain_number(a: Any, name: str) -> float:
    if isinstance(a, Tensor):
        return a.data
    if isinstance(a, float | int):
        return float(a)
    raise Trouble("MT302", f"`{name}` takes a number, not {kind_of(a)}")


def rounded(x: Any) -> Any:
    """The nearest whole number, ties to even; nan and inf stay what they are."""
    if isinstance(x, list):
        return Vector([rounded(item) for item in x])
    number = plain_number(x, "round")
    if not math.isfinite(number):
        return number
    return math.copysign(float(round(number)), number)


def _next_whole(name: str, rule: Callable[[float], int]) -> Callable[[Any], Any]:
    """`floor` or `ceil`: counts stay counts, nan and inf what they are."""

    def apply(x: Any) -> Any:
        if isinstance(x, list):
            return Vector([apply(item) for item in x])
        number = plain_number(x, name)
        if type(x) is int or not math.isfinite(number):
            return x if type(x) is int else number
        return math.copysign(float(rule(number)), number)

    apply.__name__ = name
    return apply


floor = _next_whole("floor", math.floor)


ceil = _next_whole("ceil", math.ceil)


def binary_round(x: Any, threshold: Any = 0.5) -> Any:
    """1 from the threshold on, else 0, without a gradient."""
    if isinstance(x, list):
        return Vector([binary_round(item, threshold) for item in x])
    limit = plain_number(threshold, "binary_round")
    return 1.0 if plain_number(x, "binary_round") >= limit else 0.0
