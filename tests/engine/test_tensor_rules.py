"""A formula stands in engine/rules.py, and for speed again in tensor.py and in compile/spelling.py.

All three give the same value and the same local derivatives, bit for bit.
"""

import math
from typing import Any

import pytest
from random_programs import EDGES

from engine import Tensor, rules
from engine.compile.spelling import flow_to, literal, namespace, value_of
from engine.functions import (
    binary_cross_entropy,
    clamp,
    largest,
    leaky_relu,
    maximum,
    minimum,
)

UNARY: dict[str, Any] = {
    "neg": lambda x: -x,
    "relu": Tensor.relu,
    "exp": Tensor.exp,
    "log": Tensor.log,
    "log1p": Tensor.log1p,
    "sqrt": Tensor.sqrt,
    "sin": Tensor.sin,
    "cos": Tensor.cos,
    "tanh": Tensor.tanh,
    "sigmoid": Tensor.sigmoid,
    "softplus": Tensor.softplus,
    "abs": Tensor.abs,
}
BINARY: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
    "max": maximum,
    "min": minimum,
    "largest": lambda a, b: largest([a, b]),
    "bce": binary_cross_entropy,
}
CONSTANT_SECOND: dict[str, Any] = {  # a tensor takes the second operand as a plain number
    "leaky_relu": leaky_relu,
    "clamp_min": lambda x, low: clamp(x, low),
    "clamp_max": lambda x, high: clamp(x, max=high),
}


NUMBERS = (*EDGES, 0.4, -0.3, -2.5, 3.25, 19.0, 20.0, 21.0, -30.0, 700.0, 1e-200, -5e-324)
GRADIENTS = (0.7, -3.0, 0.0, -0.0, math.inf)


def same(first: float | None, second: float | None) -> bool:
    """The same bits; any nan for any other."""
    if first is None or second is None:
        return first is second
    if math.isnan(first) or math.isnan(second):
        return math.isnan(first) and math.isnan(second)
    return first == second and math.copysign(1.0, first) == math.copysign(1.0, second)


def flowing(gradient: float, slope: float | None) -> float:
    return 0.0 if slope is None else gradient * slope


def check_spelling(
    name: str, operands: list[float], y: float, slopes: list[float | None], source: list[str]
) -> None:
    """The generated source beside the rule; it may raise where spelling.py says so, only there."""
    numbers = dict(zip("ab", operands, strict=False))
    try:
        given = eval(value_of(name, source), {**namespace(), **numbers})
    except (ArithmeticError, ValueError):
        assert not math.isfinite(y) or (name == "sigmoid" and operands[0] < -700.0), operands
        return
    assert same(given, y), operands
    for position, slope in enumerate(slopes):
        for gradient in GRADIENTS:
            names = {**namespace(), **numbers, "y": y, "g": gradient}
            given = eval(flow_to(name, position, source, "y", "g"), names)
            assert same(given, flowing(gradient, slope)), (operands, position, gradient)


def test_the_tables_are_covered() -> None:
    assert set(UNARY) == set(rules.UNARY)
    assert {*BINARY, *CONSTANT_SECOND} == set(rules.BINARY)


@pytest.mark.parametrize("name", UNARY)
def test_operations_of_one_operand(name: str) -> None:
    rule = rules.UNARY[name]
    for x in NUMBERS:
        y = rule.value(x)
        slope = rule.derivative(x, y)
        out = UNARY[name](Tensor(x))
        assert out._op == name
        assert same(out.data, y), x
        assert same(out._derivatives[0], slope), x
        check_spelling(name, [x], y, [slope], ["a"])


@pytest.mark.parametrize("name", [*BINARY, *CONSTANT_SECOND])
@pytest.mark.slow
def test_operations_of_two_operands(name: str) -> None:
    rule = rules.BINARY[name]
    for a in NUMBERS:
        for b in NUMBERS:
            y = rule.value(a, b)
            slopes = [rule.by_first(a, b, y), rule.by_second(a, b, y)]
            if name in BINARY:
                out = BINARY[name](Tensor(a), Tensor(b))
            else:
                out = CONSTANT_SECOND[name](Tensor(a), b)
            assert out._op == name
            assert same(out.data, y), (a, b)
            assert all(map(same, out._derivatives, slopes)), (a, b)
            check_spelling(name, [a, b], y, slopes, ["a", "b"])
            if b == 2.0:  # a constant in the source, where squares have a spelling of their own
                check_spelling(name, [a, b], y, slopes, ["a", literal(b)])


@pytest.mark.parametrize("name", BINARY)
def test_operations_with_a_number_on_either_side(name: str) -> None:
    rule = rules.BINARY[name]
    for a in NUMBERS:
        for b in NUMBERS:
            y = rule.value(a, b)
            left, right = BINARY[name](Tensor(a), b), BINARY[name](a, Tensor(b))
            assert same(left.data, y), (a, b)
            assert same(right.data, y), (a, b)
            assert same(left._derivatives[0], rule.by_first(a, b, y)), (a, b)
            assert same(right._derivatives[1], rule.by_second(a, b, y)), (a, b)


def test_a_slope_is_a_constant() -> None:
    out = leaky_relu(Tensor(-2.0), 0.5)
    assert (out.data, out._derivatives, out._prev[1]._op) == (-1.0, (0.5, None), "constant")
