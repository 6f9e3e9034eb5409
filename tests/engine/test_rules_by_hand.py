"""The rules of calculus against Python's own numbers, C's pow and IEEE 754 at the edges."""

import math
import operator
from collections.abc import Callable

import pytest

from engine import Tensor
from engine.functions import leaky_relu, maximum, minimum, softplus

INF, NAN = math.inf, math.nan
NUMBERS = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.5, 1e300, -1e300, 1e-300, INF, -INF, NAN)


def bits(number: float) -> str:
    return "nan" if number != number else number.hex()


def slopes(function: Callable[..., Tensor], *values: float) -> list[float]:
    leaves = [Tensor(value) for value in values]
    function(*leaves).backward()
    return [leaf.grad for leaf in leaves]


def quotient(a: float, b: float) -> float:
    """IEEE 754, 6.1 and 7.3: the sign is the exclusive or of both, 0 / 0 and nan stay nan."""
    if b == 0.0:
        if a == 0.0 or math.isnan(a):
            return NAN
        negative = math.copysign(1.0, a) != math.copysign(1.0, b)
        return -INF if negative else INF
    return a / b


@pytest.mark.parametrize("a", NUMBERS)
def test_arithmetic_and_the_greater_and_the_lesser_are_pythons(a: float) -> None:
    for b in NUMBERS:
        x, y = Tensor(a), Tensor(b)
        for operation in (operator.add, operator.sub, operator.mul):
            assert bits(operation(x, y).data) == bits(operation(a, b))
        assert bits((x / y).data) == bits(quotient(a, b)), b
        either = math.isnan(a) or math.isnan(b)
        assert bits(maximum(x, y).data) == bits(NAN if either else max(a, b)), b
        assert bits(minimum(x, y).data) == bits(NAN if either else min(a, b)), b


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        (2.0, 10.0, 1024.0),
        (-2.0, 3.0, -8.0),
        (-2.0, 0.5, NAN),
        # Beyond the floats: infinite, with the sign that an odd exponent keeps.
        (1e200, 2.0, INF),
        (1e200, 3.0, INF),
        (-1e200, 2.0, INF),
        (-1e200, 3.0, -INF),
        (0.1, -401.0, INF),
        (-0.1, -401.0, -INF),
        (-0.1, -402.0, INF),
        # A pole: C99, F.10.4.4.
        (0.0, -1.0, INF),
        (-0.0, -1.0, -INF),
        (-0.0, -2.0, INF),
        (0.0, -0.5, INF),
        (-0.0, -0.5, INF),
        (NAN, 0.0, 1.0),
        (1.0, NAN, 1.0),
    ],
)
def test_powers_at_the_edges_are_those_of_c(base: float, exponent: float, expected: float) -> None:
    assert bits((Tensor(base) ** Tensor(exponent)).data) == bits(expected)


def test_the_lesser_of_two_and_both_their_slopes() -> None:
    for a, b in [(1.0, 2.0), (2.0, 1.0), (-1.0, -3.0), (0.5, -0.5)]:
        first = 1.0 if a < b else 0.0
        assert slopes(minimum, a, b) == [first, 1.0 - first]
        assert slopes(maximum, a, b) == [1.0 - first, first]


def test_softplus_turns_into_its_argument_behind_20() -> None:
    for x in (-3.0, 0.0, 0.5, 1.0, 5.0, 15.0, 19.5, 20.0):
        assert softplus(x).data == pytest.approx(math.log1p(math.exp(x)), rel=1e-15)
        assert slopes(softplus, x) == [pytest.approx(1 / (1 + math.exp(-x)), rel=1e-14)]
        assert slopes(softplus, x) != [1.0]
    for x in (20.25, 21.0, 22.0):
        assert (softplus(x).data, slopes(softplus, x)) == (x, [1.0])


def test_leaky_relu_is_two_lines() -> None:
    for x in (-2.0, -0.5, 0.0):
        assert (leaky_relu(x, 0.5).data, slopes(lambda x: leaky_relu(x, 0.5), x)) == (x / 2, [0.5])
    for x in (0.25, 0.5, 2.0):
        assert (leaky_relu(x, 0.5).data, slopes(lambda x: leaky_relu(x, 0.5), x)) == (x, [1.0])
