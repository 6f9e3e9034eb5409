"""Smaller promises of the tensor: constants, fresh nodes, nodes made by hand, messages."""

import math
import operator
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from told import told

from engine import Tensor, no_grad
from engine.composite import Composite


def test_a_node_has_no_gradient_before_it_is_swept() -> None:
    x = Tensor(2.0)
    for fresh in (x, x * 3.0, -x, x.relu(), x.exp(), x**2.0, Tensor(1.0, [x])):
        assert fresh.grad == 0.0


@pytest.mark.parametrize("gradient", [1.0, math.inf, math.nan])
@pytest.mark.parametrize(
    "operation",
    [
        lambda x: 2.0 / x,
        lambda x: x / 2.0,
        lambda x: 2.0**x,
        lambda x: x**2.0,
        lambda x: x.max(1.0),
        lambda x: x.min(9.0),
        lambda x: x.leaky_relu(0.5),
    ],
)
def test_a_number_in_an_expression_is_no_leaf_and_gets_no_gradient(
    operation: Callable[[Tensor], Tensor], gradient: float
) -> None:
    x = Tensor(4.0)
    out = operation(x)
    out.backward(gradient)
    [number] = [child for child in out._prev if child is not x]
    assert (number._op, number._prev, number.grad) == ("constant", (), 0.0)
    assert x.grad != 0.0


@pytest.mark.parametrize("value", [7, 7.0, True, "7", None])
def test_only_numbers_and_tensors_make_a_tensor(value: Any) -> None:
    if type(value) in (int, float):
        assert Tensor(value).data == 7.0
        return
    message = f"a Tensor holds one number, got {type(value).__name__}: {value!r}"
    assert told(TypeError, lambda: Tensor(value)) == message


@pytest.mark.parametrize("count", [1, 2, 3])
def test_nothing_flows_below_a_tensor_made_by_hand_not_even_nan(count: int) -> None:
    between = [Tensor(float(i)) * 2.0 for i in range(count)]
    out = Tensor(1.0, between, "mine")
    out.backward(math.inf)
    assert (out.data, out.grad) == (1.0, math.inf)
    assert [child.grad for child in between] == [0.0] * count
    assert set(out._derivatives) == {None}
    assert Tensor(1.0)._derivatives == ()


def test_one_local_derivative_per_operand() -> None:
    x, y = Tensor(3.0), Tensor(4.0)
    assert (x * y)._derivatives == (4.0, 3.0)
    assert (-x)._derivatives == (-1.0,)
    assert (-x).relu()._derivatives == (None,)


class Chosen(Composite):
    """One of several numbers; what comes behind it is not told apart from what gets nothing."""

    __slots__ = ("_others", "_place")

    def __init__(self, terms: Sequence[Tensor], place: int) -> None:
        super().__init__(terms[place].data, _op="chosen")
        self._first, *others = terms
        self._others = tuple(others)
        self._place = place
        self._by_first = 0.0

    def _parts(self) -> tuple[Sequence[Tensor], ...]:
        return (self._others,)

    @property
    def _derivatives(self) -> tuple[float | None, ...]:
        return (None,) * self._place + (1.0,)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_composite_may_tell_fewer_derivatives_than_it_has_operands(place: int) -> None:
    leaves = [Tensor(1.0), Tensor(2.0), Tensor(3.0)]
    between = [leaf * leaf for leaf in leaves]
    out = Chosen(between, place)
    (out * 5.0).backward()
    assert [x.grad for x in between] == [5.0 if k == place else 0.0 for k in range(3)]
    assert [x.grad for x in leaves] == [
        10.0 * leaf.data if k == place else 0.0 for k, leaf in enumerate(leaves)
    ]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_hangs_below_twice_is_swept_once(place: int) -> None:
    x = Tensor(3.0)
    square = x * x
    out = Chosen([square, square, square], place) * square
    out.backward()
    assert (square.grad, x.grad) == (18.0, 108.0)
    out.backward()
    assert (square.grad, x.grad) == (18.0, 216.0)


@pytest.mark.parametrize(
    ("sign", "assign", "operation"),
    [
        ("+", operator.iadd, operator.add),
        ("-", operator.isub, operator.sub),
        ("*", operator.imul, operator.mul),
        ("/", operator.itruediv, operator.truediv),
        ("%", operator.imod, operator.mod),
        ("**", operator.ipow, operator.pow),
    ],
)
def test_operators_in_place(
    sign: str, assign: Callable[[Any, Any], Any], operation: Callable[[Any, Any], Any]
) -> None:
    refused = (
        f"`p {sign}= ...` makes a new number and leaves the leaf as it is: to update a leaf write "
        f"`p.data {sign}= ...`, or the line under `with no_grad():`; for a new number write "
        f"`x = x {sign} ...`"
    )
    leaf = Tensor(7.0)
    assert told(RuntimeError, lambda: assign(leaf, 2.0)) == refused
    new = assign(leaf, other := Tensor(2.0))  # a fresh leaf to which something is added up
    assert (new.data, new._prev, leaf.data) == (operation(7.0, 2.0), (leaf, other), 7.0)
    leaf.grad = -0.5
    assert told(RuntimeError, lambda: assign(leaf, Tensor(2.0))) == refused
    computed = leaf * 1.0
    computed.grad = 1.0
    for by in (2.0, Tensor(2.0)):
        new = assign(computed, by)
        assert (new.data, new._prev[0], computed.data) == (operation(7.0, 2.0), computed, 7.0)
    with no_grad():
        for by in (2.0, Tensor(2.0)):
            leaf.data = 7.0
            assert assign(leaf, by) is leaf
            assert (leaf.data, leaf._op, leaf._prev) == (operation(7.0, 2.0), "", ())
    right = Tensor(2.0)
    left = operation(7.0, right)
    assert (left.data, left._prev[1]) == (operation(7.0, 2.0), right)


def test_clamp_says_what_it_takes() -> None:
    x = Tensor(1.0)
    for wrong in ((), (None, None), (x,), (0.0, x), (x, x), (None, x), (x, 1.0)):
        message = told(TypeError, lambda wrong=wrong: x.clamp(*wrong))
        assert message == "clamp takes plain numbers: clamp(0, 1), clamp(min=0) or clamp(max=1)"


def test_a_constant_leads_to_no_leaf_and_a_leaf_gathers_its_own_gradient() -> None:
    x = Tensor(2.0)
    lost = "this number leads to no leaf: it was detached, or computed under `no_grad()`"
    cut = (x * 3.0).detach()
    assert (cut.data, cut._op, cut._prev, cut.grad) == (6.0, "constant", (), 0.0)
    assert told(RuntimeError, cut.backward) == lost
    with no_grad():
        cut = x * 3.0
    assert told(RuntimeError, cut.backward) == lost
    x.backward()
    x.backward(3)
    assert x.grad == 4.0


def test_float_warns_once_where_a_gradient_is_lost_and_not_for_constants() -> None:
    x = Tensor(2.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert float(x.detach()) == 2.0
        with no_grad():
            assert float(x) == 2.0
        assert not caught
        assert float(x) == 2.0
    assert [(warning.category, warning.filename) for warning in caught] == [(UserWarning, __file__)]
    assert str(caught[0].message) == (
        "float() takes the number out of a tensor, and no gradient flows back through it: for "
        "the number write x.item(), for math.exp(x) write x.exp()"
    )
