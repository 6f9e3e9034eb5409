"""Every function, on a plain number and on a tensor, beside Python's own of the same name."""

import itertools
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
    (
        "binary_cross_entropy",
        lambda p, t: -(t * math.log(p) + (1 - t) * math.log(1 - p)),
        (0.7, 0.2),
    ),
    ("clamp", lambda x, low: max(x, low), (0.7, 0.2)),
    ("clamp", lambda x, low: max(x, low), (-0.7, 0.2)),
    ("clamp", lambda x, low, high: min(max(x, low), high), (0.7, 0.2, 0.9)),
    ("clamp", lambda x, low, high: min(max(x, low), high), (1.7, 0.2, 0.9)),
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


@pytest.mark.parametrize(("x", "bounded"), [(-7.0, -2.0), (0.7, 0.7), (7.0, 2.0)])
def test_either_bound_of_clamp_may_be_left_out(x: float, bounded: float) -> None:
    assert functions.clamp(x, min=-2.0).data == max(x, bounded)
    assert functions.clamp(x, max=2.0).data == min(x, bounded)
    assert functions.clamp(x, -2.0, 2.0).data == functions.clamp(x, max=2.0, min=-2.0).data
    assert functions.clamp(Tensor(x), -2.0, 2.0).data == bounded


@pytest.mark.parametrize("numbers", list(itertools.permutations((-1.0, 3.0, 0.5))))
def test_the_largest_of_numbers_stands_anywhere_and_passes_no_gradient(
    numbers: tuple[float, ...],
) -> None:
    assert functions.largest(numbers).data == 3.0
    leaves = [Tensor(number) for number in numbers]
    (functions.largest(leaves) * leaves[0]).backward()
    assert [leaf.grad for leaf in leaves] == [3.0, 0.0, 0.0]


def test_the_largest_of_one_number_is_that_number_and_passes_no_gradient() -> None:
    x = Tensor(3.0)
    (functions.largest([x]) * x).backward()
    assert (functions.largest([x]).data, x.grad) == (3.0, 3.0)


def test_an_int_is_a_number_and_a_text_is_none() -> None:
    assert functions.exp(0).data == 1.0
    with pytest.raises(TypeError, match="expected numbers, got str: 'x'"):
        functions.exp("x")  # type: ignore[arg-type]


def test_clamp_by_name_of_either_bound() -> None:
    assert [functions.clamp(2.0, **bound).data for bound in ({"min": 3}, {"max": 1})] == [3.0, 1.0]


def test_the_largest_of_some_numbers_lets_nothing_flow() -> None:
    numbers = [Tensor(0.5), 2.0, Tensor(3.5), Tensor(-1.0)]
    out = functions.largest(numbers)
    assert (out.data, out._op) == (3.5, "largest")
    out.backward()
    assert [x.grad for x in numbers if isinstance(x, Tensor)] == [0.0, 0.0, 0.0]
    assert [functions.largest(row).data for row in ([2.0, 7.0], [7.0, 2.0])] == [7.0, 7.0]
    alone = Tensor(0.5)
    functions.largest([alone]).backward()
    assert (functions.largest([alone]).data, alone.grad) == (0.5, 0.0)
