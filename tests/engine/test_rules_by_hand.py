"""The rules of calculus against Python's own numbers, C's pow and IEEE 754 at the edges."""

import math
import operator
from collections.abc import Callable

import pytest

from engine import Tensor
from engine.functions import (
    absolute,
    binary_cross_entropy,
    clamp,
    largest,
    leaky_relu,
    maximum,
    minimum,
    softplus,
)

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


@pytest.mark.parametrize("target", [0.0, 0.25, 1.0, 2.0])
@pytest.mark.parametrize("p", [1e-3, 0.25, 0.5, 0.875])
def test_binary_cross_entropy_is_its_formula(p: float, target: float) -> None:
    expected = -target * math.log(p) - (1.0 - target) * math.log(1.0 - p)
    assert binary_cross_entropy(p, target).data == pytest.approx(expected, rel=1e-12)
    by_p = -target / p + (1.0 - target) / (1.0 - p)
    by_target = math.log(1.0 - p) - math.log(p)
    found = slopes(binary_cross_entropy, p, target)
    assert found == pytest.approx([by_p, by_target], rel=1e-12)


@pytest.mark.parametrize(
    ("p", "target", "cost", "by_p", "by_target"),
    [
        # Logarithms are cut at -100, the slope at 1e12 times the error; by the target they are not.
        (0.0, 1.0, 100.0, -1e12, INF),
        (0.0, 0.0, 0.0, 0.0, INF),
        (0.0, 0.25, 25.0, -0.25e12, INF),
        (1.0, 0.0, 100.0, 1e12, -INF),
        (1.0, 1.0, 0.0, 0.0, -INF),
        (1.0, 0.25, 75.0, 0.75e12, -INF),
        (1e-60, 1.0, 100.0, -1e12, 60.0 * math.log(10.0)),
        (2.0**-100, 1.0, 100.0 * math.log(2.0), -1e12, 100.0 * math.log(2.0)),
        # A small probability is not lost beside 1.
        (1e-20, 0.0, 1e-20, 1e-8, 20.0 * math.log(10.0)),
        (NAN, 0.5, NAN, NAN, NAN),
    ],
)
def test_binary_cross_entropy_at_the_edges(
    p: float, target: float, cost: float, by_p: float, by_target: float
) -> None:
    out = binary_cross_entropy(p, target)
    assert out.data == pytest.approx(cost, rel=1e-12, abs=0.0, nan_ok=True)
    assert bits(out.data) != bits(-0.0)
    found = slopes(binary_cross_entropy, p, target)
    assert found == pytest.approx([by_p, by_target], rel=1e-12, nan_ok=True)


def test_clamp_keeps_nan_and_has_slope_1_at_a_bound() -> None:
    for x, value, slope in [
        (-3.0, -2.0, 0.0),
        (-2.0, -2.0, 1.0),
        (0.5, 0.5, 1.0),
        (2.0, 2.0, 1.0),
        (3.0, 2.0, 0.0),
        (-INF, -2.0, 0.0),
        (INF, 2.0, 0.0),
    ]:
        assert bits(clamp(x, -2.0, 2.0).data) == bits(value)
        assert slopes(lambda x: clamp(x, -2.0, 2.0), x) == [slope]
        assert slopes(lambda x: clamp(x, -2.0), x) == [1.0 if x >= -2.0 else 0.0]
        assert slopes(lambda x: clamp(x, max=2.0), x) == [1.0 if x <= 2.0 else 0.0]
    for bounds in [(-2.0, 2.0), (-2.0, None), (None, 2.0)]:
        assert math.isnan(clamp(NAN, *bounds).data)


@pytest.mark.parametrize("a", [7.5, -7.5, 0.5, -0.5, 6.0, 0.0])
def test_a_remainder_is_pythons_and_falls_with_its_divisor(a: float) -> None:
    for b in (2.0, -2.0, 0.75, 9.0):
        x, y = Tensor(a), Tensor(b)
        assert bits((x % y).data) == bits(a % b)
        assert a == pytest.approx((x % y).data + math.floor(a / b) * b)
        assert slopes(operator.mod, a, b) == [1.0, -math.floor(a / b)]
    by_first, by_divisor = slopes(operator.mod, a, 0.0)
    assert math.isnan((Tensor(a) % 0.0).data)
    assert (by_first, bits(by_divisor)) == (1.0, bits(-quotient(a, 0.0)))


def test_binary_cross_entropy_of_what_is_no_probability_is_nan() -> None:
    for p in (2.0, -1.0):
        for target in (0.25, 0.75):
            assert math.isnan(binary_cross_entropy(p, target).data)


def test_clamp_leaves_a_number_at_its_bound_alone_to_the_sign_of_zero() -> None:
    for x, bound in [(-0.0, 0.0), (0.0, -0.0)]:
        assert bits(clamp(x, bound).data) == bits(x)
        assert bits(clamp(x, max=bound).data) == bits(x)


def test_an_absolute_value_has_the_slope_of_its_side_and_0_between() -> None:
    for x, slope in [(-2.0, -1.0), (-0.5, -1.0), (0.0, 0.0), (0.5, 1.0), (2.0, 1.0)]:
        assert (absolute(x).data, slopes(absolute, x)) == (abs(x), [slope])


def test_not_even_infinity_passes_the_largest() -> None:
    leaves = [Tensor(1.0), Tensor(2.0)]
    largest(leaves).backward(INF)
    assert [leaf.grad for leaf in leaves] == [0.0, 0.0]


def test_nodes_are_named_after_their_rule() -> None:
    x = Tensor(0.5)
    assert binary_cross_entropy(x, 1.0)._op == "bce"
    assert largest([x, 1.0])._op == "largest"
    assert [clamp(x, 0.0)._op, clamp(x, max=1.0)._op] == ["clamp_min", "clamp_max"]
