"""The gradient check: finds what is wrong, and leaves everything as it was."""

import math
from typing import Any

import pytest

from engine import Tensor, dot, gradcheck


def test_a_right_gradient_passes() -> None:
    x, y = Tensor(0.7), Tensor(-1.3)
    out = (x * y).sin() + 2**x / (y * y + 1) - dot([x, y], [y, x], 3.0, relu=True)
    checked = gradcheck(out, [x, y])
    assert checked
    assert checked.ok
    assert checked.worst is not None
    assert checked.worst.error < 1e-8
    assert [check.leaf is leaf for check, leaf in zip(checked.checks, (x, y), strict=True)]


def test_a_wrong_rule_is_found_and_its_leaf_named() -> None:
    x, y = Tensor(0.5), Tensor(2.0)
    wrong = y.exp()
    wrong._by_first = 1.0
    checked = gradcheck(x * x + wrong)
    assert not checked
    assert checked.worst is not None
    assert checked.worst.leaf is y
    assert checked.worst.gradient == 1.0
    assert checked.worst.difference == pytest.approx(math.exp(2.0))
    assert checked.worst.error > 0.5


def test_nothing_is_touched() -> None:
    x = Tensor(3.0)
    middle = x * x
    out = middle + x
    x.grad, middle.grad, out.grad = 5.0, 6.0, 7.0
    gradcheck(out)
    assert (x.grad, middle.grad, out.grad) == (5.0, 6.0, 7.0)
    assert (x.data, middle.data, out.data) == (3.0, 9.0, 12.0)


def test_all_leaves_are_checked_and_constants_are_not() -> None:
    x, y = Tensor(3.0), Tensor(4.0)
    assert [check.leaf.data for check in gradcheck(2 * x + y**2).checks] == [3.0, 4.0]


def test_a_leaf_that_does_not_matter_has_no_slope() -> None:
    x, other = Tensor(3.0), Tensor(4.0)
    [check] = gradcheck(x * 2, [other]).checks
    assert (check.gradient, check.difference, check.error) == (0.0, 0.0, 0.0)


def test_a_large_leaf_gets_a_step_it_can_feel() -> None:
    x = Tensor(1e12)
    assert gradcheck(x * x + x, [x])


def test_results_of_operations_are_no_leaves() -> None:
    x = Tensor(3.0)
    with pytest.raises(ValueError, match="needs leaves"):
        gradcheck(x * 2, [x * 1])


def test_an_operation_without_a_rule_is_named() -> None:
    x = Tensor(3.0)
    with pytest.raises(ValueError, match="cube"):
        gradcheck(Tensor(27.0, (x,), "cube"))


@pytest.mark.parametrize(
    ("function", "at"),
    [
        (Tensor.log, 1e-4),
        (Tensor.log, 1e-9),
        (lambda x: 1 / x, 1e-6),
        (lambda x: 1 / x, -1e-6),
        (lambda x: x**-2, 1e-5),
        (Tensor.sqrt, 1e-7),
        (Tensor.sin, 1e6),
        (lambda x: (x * 0.001).sin() * x, 1e8),
        (lambda x: x * x, 1e12),
        (lambda x: x * 3.0, 1e-300),
        (lambda x: x * 3.0, 0.0),
    ],
)
def test_a_right_gradient_passes_wherever_the_leaf_lies(function: Any, at: float) -> None:
    checked = gradcheck(function(Tensor(at)))
    assert checked, checked


@pytest.mark.parametrize("at", [1e-6, 0.5, 1e6])
@pytest.mark.parametrize("share", [0.99, 1.001, -1.0, math.nan])
@pytest.mark.parametrize("function", [Tensor.log, Tensor.sin, lambda x: x**-1])
def test_a_wrong_gradient_is_found_wherever_the_leaf_lies(
    function: Any, at: float, share: float
) -> None:
    out = function(Tensor(at))
    right = out._by_first
    out._by_first = share * right
    small = abs(right) < 1e-2  # errors are reckoned by the size of the gradient or 1
    assert small or not gradcheck(out)


def test_a_leaf_that_is_not_finite_is_told_apart() -> None:
    assert not gradcheck(Tensor(math.inf) * 2.0)
    assert not gradcheck(Tensor(math.nan) * 2.0)
