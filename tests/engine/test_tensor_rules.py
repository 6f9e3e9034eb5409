"""Tensors and the table of rules say the same, also where tensors spell a rule out for speed."""

import math
from typing import Any

import pytest
from random_programs import EDGES

from engine import Tensor, rules
from engine.functions import leaky_relu, maximum, minimum

UNARY: dict[str, Any] = {
    "neg": lambda x: -x,
    "relu": Tensor.relu,
    "exp": Tensor.exp,
    "log": Tensor.log,
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
    "**": lambda a, b: a**b,
    "max": maximum,
    "min": minimum,
}


def same(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return math.copysign(1.0, first) == math.copysign(1.0, second) and (
        first == second or (math.isnan(first) and math.isnan(second))
    )


def test_the_tables_are_covered() -> None:
    assert set(UNARY) == set(rules.UNARY)
    assert {*BINARY, "leaky_relu"} == set(rules.BINARY)


@pytest.mark.parametrize("name", UNARY)
def test_operations_of_one_operand(name: str) -> None:
    rule = rules.UNARY[name]
    for x in (*EDGES, 25.0, -30.0):
        out = UNARY[name](Tensor(x))
        assert out._op == name
        assert same(out.data, rule.value(x)), x
        assert same(out._derivatives[0], rule.derivative(x, out.data)), x


@pytest.mark.parametrize("name", BINARY)
def test_operations_of_two_operands(name: str) -> None:
    rule = rules.BINARY[name]
    for a in EDGES:
        for b in EDGES:
            out = BINARY[name](Tensor(a), Tensor(b))
            assert out._op == name
            y = out.data
            assert same(y, rule.value(a, b)), (a, b)
            expected = (rule.by_first(a, b, y), rule.by_second(a, b, y))
            assert all(map(same, out._derivatives, expected)), (a, b)


def test_a_slope_is_a_constant() -> None:
    out = leaky_relu(Tensor(-2.0), 0.5)
    assert (out.data, out._derivatives, out._prev[1]._op) == (-1.0, (0.5, None), "constant")
