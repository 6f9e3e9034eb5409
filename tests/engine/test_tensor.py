"""The tensor: operators, conventions at kinks and edges, sweeps, and what it refuses."""

import copy
import math
import pickle
from typing import Any

import pytest

from engine import Tensor, nn
from engine.functions import dot, maximum, minimum
from engine.fused import Weighted, dots
from engine.graph import topological_order

INF, NAN = math.inf, math.nan


def gradients(function: Any, *values: float, gradient: float = 1.0) -> tuple[float, list[float]]:
    leaves = [Tensor(value) for value in values]
    output = function(*leaves)
    output.backward(gradient)
    return output.data, [leaf.grad for leaf in leaves]


def same(first: float, second: float) -> bool:
    return first == second or (first != first and second != second)


def test_the_textbook_example() -> None:
    x, y = Tensor(2), Tensor(3)
    z = x * y + y
    z.backward()
    assert (z.data, x.grad, y.grad) == (9.0, 3.0, 3.0)
    assert z._op == "+"
    assert z._prev[1] is y
    assert z._prev[0]._prev == (x, y)


def test_numbers_stand_on_either_side() -> None:
    x = Tensor(4)
    results = [x + 1, 1 + x, x - 1, 1 - x, x * 3, 3 * x, x / 2, 2 / x, x**2, 2**x, -x, +x, abs(-x)]
    assert [result.data for result in results] == [
        *(5.0, 5.0, 3.0, -3.0, 12.0, 12.0, 2.0, 0.5, 16.0, 16.0, -4.0, 4.0, 4.0)
    ]
    assert [child.data for child in (1 - x)._prev] == [1.0, 4.0]
    assert sum([x, x]).data == 8.0


@pytest.mark.parametrize(
    ("function", "at", "value", "slope"),
    [
        (Tensor.relu, 0.0, 0.0, 0.0),
        (Tensor.relu, -2.0, 0.0, 0.0),
        (Tensor.relu, NAN, NAN, 1.0),
        (Tensor.abs, 0.0, 0.0, 0.0),
        (Tensor.abs, -3.0, 3.0, -1.0),
        (Tensor.leaky_relu, 0.0, 0.0, 0.01),
        (Tensor.leaky_relu, -2.0, -0.02, 0.01),
        (Tensor.exp, 1000.0, INF, INF),
        (Tensor.exp, -1000.0, 0.0, 0.0),
        (Tensor.log, 0.0, -INF, INF),
        (Tensor.log, -1.0, NAN, -1.0),
        (Tensor.sqrt, 0.0, 0.0, INF),
        (Tensor.sqrt, -1.0, NAN, NAN),
        (Tensor.sin, INF, NAN, NAN),
        (Tensor.cos, -INF, NAN, NAN),
        (Tensor.sigmoid, -1000.0, 0.0, 0.0),
        (Tensor.sigmoid, 1000.0, 1.0, 0.0),
        (Tensor.tanh, 1000.0, 1.0, 0.0),
        (Tensor.softplus, -1000.0, 0.0, 0.0),
        (Tensor.softplus, 1000.0, 1000.0, 1.0),
        (lambda x: x**0, 0.0, 1.0, 0.0),
        (lambda x: x**-1, 0.0, INF, -INF),
        (lambda x: x**-1, -0.0, -INF, -INF),
        (lambda x: x**0.5, -2.0, NAN, NAN),
        (lambda x: x**1001, -2.0, float("-2.1430172143725346e301"), 1001 * 2.0**1000),
        (lambda x: x**1025, -2.0, -INF, INF),
        (lambda x: 0**x, 0.0, 1.0, 0.0),
        (lambda x: 0**x, -1.0, INF, -INF),
        (lambda x: (-2) ** x, 2.0, 4.0, NAN),
        (lambda x: x / 0, 1.0, INF, INF),
        (lambda x: x / -0.0, 1.0, -INF, -INF),
        (lambda x: x / 0, 0.0, NAN, INF),
        (lambda x: 1 / x, 0.0, INF, -INF),
        (lambda x: x * 1e308 * 10, 1.0, INF, INF),
    ],
)
def test_values_and_slopes_at_kinks_and_edges_are_pytorchs(
    function: Any, at: float, value: float, slope: float
) -> None:
    result, [gradient] = gradients(function, at)
    assert same(result, value)
    assert same(gradient, slope)


def test_equals_share_a_maximum_evenly_and_nan_wins() -> None:
    assert gradients(maximum, 1.0, 1.0) == (1.0, [0.5, 0.5])
    assert gradients(minimum, 1.0, 1.0) == (1.0, [0.5, 0.5])
    assert gradients(maximum, 2.0, 1.0) == (2.0, [1.0, 0.0])
    assert gradients(minimum, 2.0, 1.0) == (1.0, [0.0, 1.0])
    assert math.isnan(maximum(NAN, Tensor(1)).data)
    assert math.isnan(minimum(1.0, Tensor(NAN)).data)


@pytest.mark.parametrize(
    "masked",
    [
        Tensor.relu,
        lambda x: x**0,
        lambda x: maximum(x, 5.0),
        lambda x: dot([x], [Tensor(1.0)], relu=True),
    ],
)
def test_nothing_passes_a_mask_not_even_infinity(masked: Any) -> None:
    assert gradients(masked, -1.0, gradient=INF)[1] == [0.0]


def test_a_factor_of_zero_is_no_mask() -> None:
    assert math.isnan(gradients(lambda x: x * 0, 1.0, gradient=INF)[1][0])


def test_leaves_accumulate_and_nodes_between_start_fresh() -> None:
    x = Tensor(3)
    middle = x * x
    out = middle * middle
    out.backward()
    once = x.grad
    assert (once, middle.grad) == (108.0, 18.0)
    out.backward()
    assert (x.grad, middle.grad, out.grad) == (2 * once, 18.0, 1.0)
    out.backward(0.5)
    assert (x.grad, middle.grad, out.grad) == (2.5 * once, 9.0, 0.5)


def test_a_leaf_can_be_swept_itself() -> None:
    x = Tensor(3)
    x.backward()
    x.backward(2.0)
    assert x.grad == 3.0


def test_a_leaf_used_many_times_gets_every_share() -> None:
    x = Tensor(1.5)
    (x + x + x * x + x).backward()
    assert x.grad == 6.0


def test_writing_a_value_leaves_nodes_computed_before_alone() -> None:
    w, x = Tensor(2), Tensor(5)
    for out in (w * x, dot([w], [x])):
        w.data, w.grad, x.grad = 2.0, 0.0, 0.0
        w.data = 100.0
        out.backward()
        assert (out.data, w.grad, x.grad) == (out.data, 5.0, 2.0)


def test_values_are_floats_and_print_as_in_the_original() -> None:
    assert type(Tensor(2).data) is float
    assert repr(Tensor(2)) == "Value(data=2.0, grad=0.0)"
    assert Tensor(2).item() == 2.0
    with pytest.warns(UserWarning, match=r"math.exp\(x\) write x.exp\(\)"):
        assert float(Tensor(2)) == 2.0
    assert Tensor(10**400).data == INF
    assert (Tensor(1) + -(10**400)).data == -INF


def test_a_tensor_of_a_tensor_is_a_new_leaf() -> None:
    x = Tensor(2) * 3
    copy = Tensor(x)
    assert (copy.data, copy._prev, copy._op) == (6.0, (), "")


@pytest.mark.parametrize("wrong", [None, "two", True, [1.0], 1j, {}])
def test_what_is_no_number_is_refused_by_name(wrong: Any) -> None:
    with pytest.raises(TypeError, match=type(wrong).__name__):
        Tensor(wrong)
    for operation in ("+", "-", "*", "/", "**"):
        for expression in (f"x {operation} wrong", f"wrong {operation} x"):
            # A list times something that is no count has a message of Python's own.
            repeats = operation == "*" and isinstance(wrong, str | list)
            with pytest.raises(TypeError, match="sequence" if repeats else type(wrong).__name__):
                eval(expression, {"x": Tensor(1), "wrong": wrong})
    with pytest.raises(TypeError):
        dot([Tensor(1)], [wrong])


def test_foreign_operands_may_answer_themselves() -> None:
    class Vector:
        def __rmul__(self, other: object) -> str:
            return "from the right"

    assert Tensor(2) * Vector() == "from the right"  # type: ignore[operator]


def test_comparisons_are_by_value_and_keys_by_identity() -> None:
    x, y = Tensor(2), Tensor(2)
    assert x == y
    assert x == 2
    assert x != 3
    assert x < 3
    assert x <= y
    assert x < 3
    assert x >= y
    assert Tensor(NAN) != Tensor(NAN)
    assert x != "2"
    assert {x: "x", y: "y"}[y] == "y"
    assert len({x, y}) == 2
    assert bool(x)
    assert not Tensor(0)
    with pytest.raises(TypeError):
        assert x < "2"  # type: ignore[operator]


def test_dot_is_the_sum_of_products_from_the_left_in_one_node() -> None:
    weights, inputs, bias = [Tensor(0.1), Tensor(0.2)], [Tensor(0.3), Tensor(0.7)], Tensor(1e16)
    out = dot(weights, inputs, bias)
    assert out.data == (1e16 + 0.1 * 0.3) + 0.2 * 0.7
    assert out._prev == (bias, *weights, *inputs)
    out.backward(2.0)
    assert [w.grad for w in weights] == [0.6, 1.4]
    assert [x.grad for x in inputs] == [0.2, 0.4]
    assert bias.grad == 2.0


def test_dot_takes_plain_numbers_and_rows() -> None:
    rows = [[Tensor(1), Tensor(2)], [Tensor(-1), Tensor(-2)]]
    neurons = [Weighted(rows[0], None), Weighted(rows[1], Tensor(0.5))]
    on, off = dots(neurons, [3, 4.0], relu=True)
    assert (on.data, off.data) == (11.0, 0.0)
    (on + off).backward()
    assert [[w.grad for w in row] for row in rows] == [[3.0, 4.0], [0.0, 0.0]]
    assert dot([1, 2], [Tensor(3), 4], 5).data == 16.0
    with pytest.raises(ValueError, match="2 weights for 1 inputs"):
        dot([1, 2], [3])


def test_a_relu_off_at_minus_infinity_meets_infinite_operands_as_pytorch_does() -> None:
    w, x = Tensor(-1.0), Tensor(INF)
    dot([w], [x], relu=True).backward()
    assert math.isnan(w.grad)
    assert x.grad == 0.0


@pytest.mark.parametrize("width", [1, 3, 64, 65, 200])
def test_dots_of_any_width_are_their_products_and_sums(width: int) -> None:
    weights = [Tensor(math.sin(i + 1.0)) for i in range(width)]
    inputs = [Tensor(max(0.0, math.cos(i))) for i in range(width)]
    bias = Tensor(20.0)
    expected = bias
    for weight, entry in zip(weights, inputs, strict=True):
        expected = expected + weight * entry
    leaves = [bias, *weights, *inputs]
    (expected * 0.3).backward()
    by_hand = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = 0.0
    out = dot(weights, inputs, bias, relu=True)
    (out * 0.3).backward()
    assert out.data == expected.data
    assert [leaf.grad for leaf in leaves] == by_hand


@pytest.mark.parametrize("seed", [INF, NAN])
def test_a_gradient_that_is_not_finite_reaches_weights_beside_a_zero(seed: float) -> None:
    weights = [Tensor(1.0), Tensor(2.0)]
    dot(weights, [0.0, 1.0]).backward(seed)
    assert math.isnan(weights[0].grad)
    assert same(weights[1].grad, seed)


def test_a_gradient_of_zero_meets_an_infinite_operand() -> None:
    w, x = Tensor(INF), Tensor(1.0)
    dot([w], [x]).backward(0.0)
    assert w.grad == 0.0
    assert math.isnan(x.grad)


def test_weights_that_were_computed_get_their_gradient_passed_on() -> None:
    x = Tensor(3.0)
    dot([x * x, x], [x, 1.0], x + 1).backward()
    assert x.grad == 27.0 + 1.0 + 1.0


def test_foreign_numbers_with_data_are_no_weights() -> None:
    class Lookalike:
        data, grad = 1.0, 0.0

    with pytest.raises(TypeError, match="Lookalike"):
        dot([Lookalike()], [Tensor(2.0)])  # type: ignore[list-item]


@pytest.mark.parametrize("count", [1, 2, 3, 1_000])
def test_a_tensor_made_by_hand_has_all_its_children_and_lets_nothing_flow(count: int) -> None:
    leaves = [Tensor(i) for i in range(count)]
    between = [leaf * 2.0 for leaf in leaves]
    for node in between:
        node.grad = 5.0
    out = Tensor(1.0, between, "mine")
    assert out._prev == tuple(between)
    assert (out._op, isinstance(out, Tensor)) == ("mine", True)
    (out * 3.0).backward()
    assert out.grad == 3.0
    assert {tensor.grad for tensor in [*leaves, *between]} == {0.0}


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("swept", [False, True])
def test_graphs_can_be_copied_and_pickled(again: Any, swept: bool) -> None:
    x = Tensor(0.5)
    net = nn.mlp(2, [3, 2], 1, bias=0.5)
    out = net([x, x * 2.0]) ** 2.0 + Tensor(1.0, (x, x, x), "mine")
    if swept:
        out.backward()
    twin = again(out)
    assert repr(twin) == repr(out)
    ours, theirs = topological_order(out), topological_order(twin)
    for tensor in [*ours, *theirs]:
        tensor.grad = 0.0
    out.backward()
    twin.backward()
    assert [(t.data, t.grad, t._op) for t in ours] == [(t.data, t.grad, t._op) for t in theirs]
    assert not set(ours) & set(theirs)
