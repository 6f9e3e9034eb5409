"""Every function, on a plain number and on a tensor, beside Python's own of the same name."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from engine import Tensor, functions

BY_NAME: list[tuple[str, Callable[..., float], tuple[float, ...]]] = [
    ("exp", math.exp, (0.7,)),
    ("log", math.log, (0.7,)),
    ("sqrt", math.sqrt, (0.7,)),
    ("sin", math.sin, (0.7,)),
    ("cos", math.cos, (0.7,)),
    ("tanh", math.tanh, (0.7,)),
    ("sigmoid", lambda x: 1 / (1 + math.exp(-x)), (0.7,)),
    ("softplus", lambda x: math.log(1 + math.exp(x)), (0.7,)),
    ("relu", lambda x: max(x, 0.0), (-0.7,)),
    ("relu", lambda x: max(x, 0.0), (0.7,)),
    ("leaky_relu", lambda x: 0.01 * x, (-0.7,)),
    ("leaky_relu", lambda x, slope: slope * x, (-0.7, 0.3)),
    ("absolute", abs, (-0.7,)),
    ("maximum", max, (0.7, 1.9)),
    ("minimum", min, (0.7, 1.9)),
    ("power", math.pow, (0.7, 1.9)),
]


@pytest.mark.parametrize(("name", "expected", "at"), BY_NAME)
def test_a_function_is_its_namesake(
    name: str, expected: Callable[..., float], at: tuple[float, ...]
) -> None:
    function: Any = getattr(functions, name)
    first, *others = at
    assert function(*at).data == pytest.approx(expected(*at), rel=1e-15)

    x = Tensor(first)
    out = function(x, *others)
    assert out.data == pytest.approx(expected(*at), rel=1e-15)
    out.backward()
    step = 1e-6
    slope = (expected(first + step, *others) - expected(first - step, *others)) / (2 * step)
    assert x.grad == pytest.approx(slope, rel=1e-8, abs=1e-8)


def test_an_int_is_a_number_and_a_text_is_none() -> None:
    assert functions.exp(0).data == 1.0
    with pytest.raises(TypeError, match="expected numbers, got str: 'x'"):
        functions.exp("x")  # type: ignore[arg-type]
