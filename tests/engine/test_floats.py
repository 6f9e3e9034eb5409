"""Values and gradients are floats, whatever is put in."""

import fractions
from typing import Any

import pytest

from engine import SGD, Tensor, nn


class Measurement:
    """A number of somebody's own."""

    def __float__(self) -> float:
        return 2.5


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (3, 3.0),
        (10**400, float("inf")),
        (fractions.Fraction(1, 4), 0.25),
        (Measurement(), 2.5),
        (Tensor(4), 4.0),
        (Tensor(2) * 3, 6.0),
    ],
)
def test_what_is_assigned_becomes_a_float(given: Any, kept: float) -> None:
    x = Tensor(1)
    x.data = given
    x.grad = given
    assert (type(x.data), x.data) == (float, kept)
    assert (type(x.grad), x.grad) == (float, kept)


@pytest.mark.parametrize("wrong", [True, "3", [1.0], 1j, {}])
def test_what_is_no_number_is_refused_and_changes_nothing(wrong: Any) -> None:
    x = Tensor(1)
    for assign in (
        lambda: setattr(x, "data", wrong),
        lambda: setattr(x, "grad", wrong),
        lambda: x.backward(wrong),
    ):
        with pytest.raises(TypeError, match=f"one number, got {type(wrong).__name__}"):
            assign()
    with pytest.raises(TypeError, match="one number, got NoneType"):
        x.data = None
    assert (x.data, x.grad) == (1.0, 0.0)


@pytest.mark.parametrize("gradient", [2, Tensor(2), Measurement(), fractions.Fraction(5, 2)])
def test_a_sweep_from_any_number_leaves_floats_all_the_way_to_the_weights(gradient: Any) -> None:
    net = nn.mlp(2, [3], 1, bias=0.5)
    x = Tensor(1)
    loss = net([x, 2]) ** 2 + x * 3
    loss.backward(gradient)
    for tensor in (x, loss, loss._prev[0], *net.parameters()):
        assert type(tensor.grad) is float
    assert loss.grad == Tensor(gradient).data
    SGD(net).step()
    assert {type(p.data) for p in net.parameters()} == {float}
    x.backward(gradient)
    assert type(x.grad) is float


def test_none_clears_a_gradient() -> None:
    net = nn.mlp(2, [3], 1, bias=0.5)
    net([1.0, 2.0]).backward()
    expected = [p.grad for p in net.parameters()]
    for parameter in net.parameters():
        parameter.grad = None
    net([1.0, 2.0]).backward()
    assert [p.grad for p in net.parameters()] == expected
