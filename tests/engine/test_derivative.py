"""`engine.derivative`: derivatives with a graph, to third order, beside independent oracles."""

import copy
import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from random_programs import (
    DUAL,
    RandomProgram,
    Unclear,
    dual_leaves,
    edge_values,
    random_programs,
    run,
)
from test_composite import graph
from test_oracles import TENSOR, torch_operations

import engine
from engine import Tensor, gradcheck, nn, no_grad, rules
from engine.functions import (
    binary_cross_entropy,
    clamp,
    dot,
    largest,
    leaky_relu,
    log1p,
    maximum,
    minimum,
    softplus,
)
from engine.graph import topological_order
from engine.losses import bce_loss, cross_entropy_loss

# name -> the operation, the same in PyTorch, and places where it is smooth.
ANYWHERE = (-1.3, 0.4, 2.5)
POSITIVE = (0.3, 1.0, 4.5)
UNARY: dict[str, tuple[Callable[[Any], Any], str, Sequence[float]]] = {
    "neg": (lambda x: -x, "neg", ANYWHERE),
    "relu": (Tensor.relu, "relu", ANYWHERE),
    "exp": (Tensor.exp, "exp", ANYWHERE),
    "log": (Tensor.log, "log", POSITIVE),
    "log1p": (log1p, "log1p", (-0.6, 1e-9, 3.0)),
    "sqrt": (Tensor.sqrt, "sqrt", POSITIVE),
    "sin": (Tensor.sin, "sin", ANYWHERE),
    "cos": (Tensor.cos, "cos", ANYWHERE),
    "tanh": (Tensor.tanh, "tanh", ANYWHERE),
    "sigmoid": (Tensor.sigmoid, "sigmoid", ANYWHERE),
    "softplus": (softplus, "nn.functional.softplus", (*ANYWHERE, 19.0, 21.0, -700.0)),
    "abs": (Tensor.abs, "abs", ANYWHERE),
}
PLANE = [(a, b) for a in ANYWHERE for b in (-0.7, 1.9)]
QUARTER = [(a, b) for a in POSITIVE for b in (-0.7, 1.9, 3.0)]
UNIT = [(p, t) for p in (0.2, 0.4, 0.8) for t in (0.0, 0.3, 1.0)]
BINARY: dict[str, tuple[Callable[[Any, Any], Any], str, Sequence[tuple[float, float]]]] = {
    "+": (lambda a, b: a + b, "add", PLANE),
    "-": (lambda a, b: a - b, "sub", PLANE),
    "*": (lambda a, b: a * b, "mul", PLANE),
    "/": (lambda a, b: a / b, "div", PLANE),
    "%": (lambda a, b: a % b, "remainder", PLANE),
    "**": (lambda a, b: a**b, "pow", QUARTER),
    "max": (maximum, "maximum", PLANE),
    "min": (minimum, "minimum", PLANE),
    "bce": (binary_cross_entropy, "nn.functional.binary_cross_entropy", UNIT),
}
CONSTANT_SECOND: dict[str, Callable[[Any], Any]] = {
    "leaky_relu": lambda x: leaky_relu(x, 0.2),
    "clamp_min": lambda x: clamp(x, min=0.1),
    "clamp_max": lambda x: clamp(x, max=0.1),
}
SHIFT = "largest"  # cuts all paths


def partials(output: Any, inputs: Sequence[Any], grad: Any, order: int = 3) -> list[Any]:
    """All partial derivatives up to `order`, mixed ones in every sequence."""
    found = []
    for first in grad(output, inputs):
        found.append(first)
        if order > 1:
            found += partials(first, inputs, grad, order - 1)
    return found


def ours(function: Callable[..., Tensor], *at: float, order: int = 3) -> list[float]:
    leaves = [Tensor(value) for value in at]
    return [found.data for found in partials(function(*leaves), leaves, engine.derivative, order)]


def torchs(torch: Any, function: Callable[..., Any], *at: float, order: int = 3) -> list[float]:
    leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in at]

    def grad(output: Any, inputs: Sequence[Any]) -> Sequence[Any]:
        if not output.requires_grad:
            return [torch.zeros(()) for _ in inputs]
        return torch.autograd.grad(  # type: ignore[no-any-return]
            output, inputs, create_graph=True, allow_unused=True, materialize_grads=True
        )

    return [found.item() for found in partials(function(*leaves), leaves, grad, order)]


def named(torch: Any, path: str) -> Any:
    for part in path.split("."):
        torch = getattr(torch, part)
    return torch


def differences(function: Callable[..., Tensor], *at: float) -> None:
    """Each derivative is the slope of the one below it, up to the third order."""
    for position in range(len(at)):

        def along(shift: float, position: int = position) -> list[float]:
            moved = [value + shift * (i == position) for i, value in enumerate(at)]
            return [function(*map(Tensor, moved)).data, *ours(function, *moved, order=2)]

        step = 1e-5
        slopes = [
            (high - low) / (2 * step) for high, low in zip(along(step), along(-step), strict=True)
        ]
        leaves = [Tensor(value) for value in at]
        output = function(*leaves)
        lower = [output, *partials(output, leaves, engine.derivative, 2)]
        for below, slope in zip(lower, slopes, strict=True):
            above = engine.derivative(below, leaves[position])
            assert above.data == pytest.approx(slope, rel=1e-6, abs=1e-6), (at, position)


def test_every_rule_is_covered() -> None:
    assert set(UNARY) == set(rules.UNARY)
    assert {*BINARY, *CONSTANT_SECOND, SHIFT} == set(rules.BINARY)


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.slow
def test_operations_of_one_operand_to_third_order(name: str) -> None:
    function, path, places = UNARY[name]
    for x in places:
        differences(function, x)
    torch = pytest.importorskip("torch")
    for x in places:
        expected = torchs(torch, named(torch, path), x)
        # What is left of softplus at 19 is the difference of two numbers near 1, there as here.
        tiny = 1e-15 if name == "softplus" else 1e-300
        assert ours(function, x) == pytest.approx(expected, rel=1e-12, abs=tiny), x


@pytest.mark.parametrize("name", BINARY)
def test_operations_of_two_operands_to_third_order(name: str) -> None:
    function, path, places = BINARY[name]
    for a, b in places:
        if name != "bce" or 0.0 < b < 1.0:
            differences(function, a, b)
    torch = pytest.importorskip("torch")
    # Of the product in bce PyTorch shifts each factor by 1e-12 from the second order on.
    close = 1e-8 if name == "bce" else 1e-12
    for a, b in places:
        expected = torchs(torch, named(torch, path), a, b)
        assert ours(function, a, b) == pytest.approx(expected, rel=close, abs=1e-300), (a, b)


@pytest.mark.parametrize("name", CONSTANT_SECOND)
def test_operations_with_a_setting_to_third_order(name: str) -> None:
    for x in ANYWHERE:
        differences(CONSTANT_SECOND[name], x)


def test_closed_forms() -> None:
    y = math.tanh(0.6)
    s = 1.0 / (1.0 + math.exp(-0.6))
    assert ours(Tensor.tanh, 0.6) == pytest.approx(
        [1 - y * y, -2 * y * (1 - y * y), (1 - y * y) * (6 * y * y - 2)]
    )
    assert ours(Tensor.sigmoid, 0.6) == pytest.approx(
        [s * (1 - s), s * (1 - s) * (1 - 2 * s), s * (1 - s) * (1 - 6 * s + 6 * s * s)]
    )
    assert ours(lambda x: x**3.5, 2.0) == pytest.approx(
        [3.5 * 2**2.5, 3.5 * 2.5 * 2**1.5, 3.5 * 2.5 * 1.5 * 2**0.5]
    )
    assert ours(lambda x: 1 / x, 2.0) == pytest.approx([-1 / 4, 2 / 8, -6 / 16])
    assert ours(lambda x: x.log(), 2.0) == pytest.approx([1 / 2, -1 / 4, 2 / 8])
    assert ours(lambda x: x.sin(), 2.0) == pytest.approx([math.cos(2), -math.sin(2), -math.cos(2)])


KINKS: dict[str, tuple[Callable[..., Any], str, tuple[float, ...]]] = {
    "relu at 0": (lambda x: x.relu(), "relu", (0.0,)),
    "abs at 0": (abs, "abs", (0.0,)),
    "max of equals": (maximum, "maximum", (1.5, 1.5)),
    "min of equals": (minimum, "minimum", (1.5, 1.5)),
    "0 squared": (lambda x: x**2, "square", (0.0,)),
    "0 to the first power": (lambda x: x**1, "positive", (0.0,)),
    "something to the 0": (lambda a, b: a**b, "pow", (2.0, 0.0)),
    "a negative base": (lambda a, b: a**b, "pow", (-2.0, 3.0)),
    "sqrt of 0": (lambda x: x.sqrt(), "sqrt", (0.0,)),
    "log of 0": (lambda x: x.log(), "log", (0.0,)),
    "divided by 0": (lambda a, b: a / b, "div", (1.0, 0.0)),
    "exp beyond the floats": (lambda x: x.exp(), "exp", (1000.0,)),
    "softplus before 20": (softplus, "nn.functional.softplus", (19.999,)),
    "softplus beyond 20": (softplus, "nn.functional.softplus", (20.001,)),
}


@pytest.mark.parametrize("name", KINKS)
def test_kinks_and_edges_are_pytorchs_at_every_order(name: str) -> None:
    torch = pytest.importorskip("torch")
    function, path, at = KINKS[name]
    expected = torchs(torch, named(torch, path), *at)
    assert ours(function, *at) == pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True)


@pytest.mark.parametrize("x", [0.0, -1.0])
@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.relu().sqrt(),  # what is cut carries nothing of an infinite slope above
        lambda x: x.sqrt().relu(),  # and 0 times one below it is nan
        lambda x: abs(x.sqrt()),
        lambda x: abs(x**3),
    ],
)
@pytest.mark.slow
def test_infinite_slopes_around_a_kink(x: float, function: Callable[[Any], Any]) -> None:
    torch = pytest.importorskip("torch")
    expected = torchs(torch, function, x)
    assert ours(function, x) == pytest.approx(expected, nan_ok=True)


def test_kinks_with_a_setting() -> None:
    assert ours(lambda x: leaky_relu(x, 0.2), 0.0) == [0.2, 0.0, 0.0]
    assert ours(lambda x: clamp(x, 0.0, 1.0), 1.0) == [1.0, 0.0, 0.0]
    assert ours(lambda x: clamp(x, 0.0, 1.0), 1.5) == [0.0, 0.0, 0.0]
    assert ours(lambda a, b: largest([a, b]) * a, 3.0, 2.0, order=2) == [
        3.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ]


@settings(max_examples=100, deadline=None)
@given(random_programs(edge_values))
def test_the_first_derivative_has_the_bits_of_backward(program: RandomProgram) -> None:
    leaves = [Tensor(value) for value in program.leaves]
    output = run(program, leaves, TENSOR)[-1]
    found = [x.data for x in engine.derivative(output, leaves)]
    output.backward()
    swept = [leaf.grad for leaf in leaves]
    if any(node._op.startswith("dot") for node in topological_order(output)):
        # Where an operand stands twice in a neuron the order of adding differs.
        assert found == pytest.approx(swept, rel=1e-9, nan_ok=True)
    else:
        assert list(map(repr, map(abs, found))) == list(map(repr, map(abs, swept)))


def test_what_comes_together_is_added_in_the_order_of_backward() -> None:
    x = Tensor(1.0)
    for z in ((x * 0.1 + x * 0.2) + x * 0.3, x * 0.1 + (x * 0.2 + x * 0.3)):
        x.grad = 0.0
        z.backward()
        assert engine.derivative(z, x).data == x.grad
        assert x.grad in (0.6, 0.6000000000000001)  # by the order


def dual_second(program: RandomProgram) -> list[list[float]]:
    """Slopes of the forward-mode derivatives by differences: row i is d(gradient)/d(leaf i)."""
    rows = []
    for index in range(len(program.leaves)):
        ends = []
        for step in (1e-5, 0.0, -1e-5):
            moved = list(program.leaves)
            moved[index] += step
            values = run(program, dual_leaves(moved), DUAL)
            if not all(x.value == 0.0 or 1e-3 < abs(x.value) < 1e3 for x in values):
                raise Unclear  # products and quotients of extremes cancel beyond the digits
            ends.append(values[-1])
        high, here, low = (end.partials for end in ends)
        row = []
        for above, middle, below in zip(high, here, low, strict=True):
            right, left = (above - middle) / 1e-5, (middle - below) / 1e-5
            # Where the slope itself turns within the step, a difference says nothing.
            if abs(right - left) > 1e-3 * max(1.0, abs(right)) or abs(middle) > 1e4:
                raise Unclear
            row.append((above - below) / 2e-5)
        rows.append(row)
    return rows


@settings(max_examples=100, deadline=None)
@given(random_programs())
def test_second_derivatives_are_differences_of_forward_mode(program: RandomProgram) -> None:
    try:
        expected = dual_second(program)
    except Unclear:
        assume(False)
    leaves = [Tensor(value) for value in program.leaves]
    output = run(program, leaves, TENSOR)[-1]
    for index, first in enumerate(engine.derivative(output, leaves)):
        second = [x.data for x in engine.derivative(first, leaves)]
        assert second == pytest.approx([row[index] for row in expected], rel=1e-3, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(random_programs(most_steps=8))
def test_second_derivatives_are_pytorchs(program: RandomProgram) -> None:
    torch = pytest.importorskip("torch")
    try:
        dual_second(program)
    except Unclear:
        assume(False)
    operations = torch_operations(torch)
    found = ours(lambda *x: run(program, x, TENSOR)[-1], *program.leaves, order=2)
    expected = torchs(torch, lambda *x: run(program, x, operations)[-1], *program.leaves, order=2)
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, rel=1e-7, abs=1e-7)


def mlp_and_loss() -> tuple[nn.Module, list[Tensor], Callable[[], Tensor]]:
    net = nn.Sequential(
        nn.Linear(2, 3, random=Random(3)), nn.Tanh(), nn.Linear(3, 1, random=Random(4))
    )
    rows = [([0.5, -1.0], 0.3), ([1.5, 0.25], -0.8)]

    def loss() -> Tensor:
        return sum(((net(x) - t) ** 2 for x, t in rows), Tensor(0.0)) / 2

    return net, list(net.parameters()), loss


def test_the_hessian_of_a_small_network_is_pytorchs() -> None:
    torch = pytest.importorskip("torch")
    _, parameters, loss = mlp_and_loss()
    output = loss()
    assert any(node._op == "dot" for node in topological_order(output))
    gradient = engine.derivative(output, parameters)
    hessian = [[x.data for x in engine.derivative(first, parameters)] for first in gradient]

    def in_torch(flat: Any) -> Any:
        first, second = flat[:9].reshape(3, 3), flat[9:]  # neuron by neuron: weights, bias
        x = torch.tensor([[0.5, -1.0], [1.5, 0.25]], dtype=torch.float64)
        hidden = torch.tanh(x @ first[:, :2].T + first[:, 2])
        out = hidden @ second[:3] + second[3]
        return ((out - torch.tensor([0.3, -0.8], dtype=torch.float64)) ** 2).mean()

    flat = torch.tensor([p.data for p in parameters], dtype=torch.float64)
    assert in_torch(flat).item() == pytest.approx(output.data, rel=1e-14)
    expected = torch.autograd.functional.hessian(in_torch, flat).tolist()
    for row, wanted in zip(hessian, expected, strict=True):
        assert row == pytest.approx(wanted, rel=1e-11, abs=1e-14)


def test_a_gradient_penalty_sweeps_back_through_the_derivative() -> None:
    """d(sum of squared slopes)/d(weights) beside differences, fused neurons included."""
    net, parameters, _ = mlp_and_loss()

    def penalty() -> Tensor:
        inputs = [Tensor(0.5), Tensor(-1.0)]
        slopes = engine.derivative(net(inputs), inputs)
        return slopes[0] ** 2 + slopes[1] ** 2

    penalty().backward()
    gradients = [p.grad for p in parameters]
    assert any(gradients)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        value = parameter.data
        ends = []
        for step in (1e-6, -1e-6):
            parameter.data = value + step
            ends.append(penalty().data)
        parameter.data = value
        assert gradient == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6, abs=1e-8)
    assert gradcheck(penalty())


class SlopePenalty(nn.Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(1, 3, random=Random(2))
        self.last = nn.Linear(3, 1, random=Random(5))

    def forward(self, inputs: list[float]) -> Tensor:
        x = Tensor(inputs[0])
        out = self.last([hidden.tanh() for hidden in self.layer([x])])
        return out + engine.derivative(out, x) ** 2


def test_a_model_with_a_derivative_inside_trains_the_same_in_both_engines() -> None:
    runs = []
    for kind in ("auto", "eager"):
        model = SlopePenalty()
        rows = [([0.5], 1.0), ([-0.5], 0.0)]
        result = engine.train(
            model, rows, optimizer=engine.SGD(model, lr=0.05), epochs=30, engine=kind
        )
        runs.append((result.engine, result.losses, [p.data for p in model.parameters()]))
    assert runs[0] == runs[1]
    assert runs[0][0] == "eager"
    assert runs[0][1][-1] < runs[0][1][0]


def test_newtons_method() -> None:
    """x^3 - 2x - 5, Wallis's example: the root by f'/f'' of its integral and by f/f'."""
    x = Tensor(2.0)
    for _ in range(6):
        f = x**3 - 2 * x - 5
        x = Tensor(x.data - (f / engine.derivative(f, x)).data)
    assert x.data == pytest.approx(2.0945514815423265, rel=1e-15)
    x = Tensor(3.0)  # the least of (x - 1)^4 + x^2 by f' / f''
    for _ in range(20):
        first = engine.derivative((x - 1) ** 4 + x**2, x)
        x = Tensor(x.data - (first / engine.derivative(first, x)).data)
    assert 4 * (x.data - 1) ** 3 + 2 * x.data == pytest.approx(0.0, abs=1e-14)


def test_what_the_output_does_not_depend_on_is_a_constant() -> None:
    x, other = Tensor(2.0), Tensor(5.0)
    z = 3 * x + 1
    by_x, by_other = engine.derivative(z, [x, other])
    assert (by_x.data, by_x._op, by_x._prev) == (3.0, "constant", ())
    assert (by_other.data, by_other._op) == (0.0, "constant")
    assert engine.derivative(by_x, x).data == 0.0
    assert engine.derivative(x, x).data == 1.0
    assert engine.derivative(x.detach() * other, x).data == 0.0
    assert engine.derivative(z, []) == []
    with pytest.raises(ValueError, match="constant"):
        engine.derivative(z, x.detach())
    for wrong in ((z, [2.0]), (2.0, [x])):
        with pytest.raises(TypeError, match="takes tensors, got float"):
            engine.derivative(*wrong)  # type: ignore[call-overload]
    made_by_hand = Tensor(4.0, (x, other), "+")
    assert engine.derivative(made_by_hand * x, x).data == 4.0


def test_an_inner_node_and_what_lies_below_it() -> None:
    x = Tensor(0.7)
    u = x**2
    z = u.exp() * x
    by_u, by_x = engine.derivative(z, [u, x])
    e = math.exp(0.49)
    assert by_u.data == pytest.approx(e * 0.7)
    assert by_x.data == pytest.approx(e * (1 + 2 * 0.49))
    assert engine.derivative(by_u, u).data == pytest.approx(e * 0.7)
    assert engine.derivative(by_u, x).data == pytest.approx(e * (1 + 2 * 0.49))
    weight, entry = Tensor(2.0), Tensor(3.0)
    neuron = dot([weight], [entry], 1.0)  # one node, here by what it gives and by what it takes
    z = neuron**2 * weight
    by_neuron, by_weight = engine.derivative(z, [neuron, weight])
    assert (by_neuron.data, by_weight.data) == (28.0, 7.0**2 + 28.0 * 3.0)
    assert engine.derivative(by_neuron, neuron).data == 4.0
    assert engine.derivative(by_neuron, entry).data == 4.0 * 2.0
    assert engine.derivative(by_weight, entry).data == pytest.approx(
        2 * 7 * 2 + 4 * (3 * 2 + 7)
    )  # of (wx + 1)^2 + 2 w x (wx + 1)


def test_mixed_partials_and_composites() -> None:
    leaves, out = graph(True)
    plain_leaves, plain = graph(False)
    found = partials(out, leaves[:3], engine.derivative, 2)
    expected = partials(plain, plain_leaves[:3], engine.derivative, 2)
    assert [x.data for x in found] == pytest.approx([x.data for x in expected], rel=1e-12)


def test_the_graph_stays_as_it_is() -> None:
    _, parameters, loss = mlp_and_loss()
    output = loss()
    output.backward()
    nodes = topological_order(output)
    before = [(node.data, node.grad, node._derivatives, node._prev) for node in nodes]
    found = engine.derivative(output, parameters)
    assert [(node.data, node.grad, node._derivatives, node._prev) for node in nodes] == before
    assert not any(x.grad for x in found)
    assert not {id(x) for x in found} & {id(node) for node in nodes}
    again = copy.deepcopy(found[0])
    assert again.data == found[0].data


def test_a_derivative_is_never_a_leaf_of_the_graph() -> None:
    x, w = Tensor(2.0), Tensor(3.0)
    by_x = engine.derivative(x * w, x)
    assert by_x is not w
    by_x.data = 7.0
    assert w.data == 3.0
    by_x.backward()
    assert (w.grad, x.grad) == (1.0, 0.0)
    z = x.exp()
    assert engine.derivative(z, x) is not z


def test_a_number_that_was_changed_is_told() -> None:
    x, w = Tensor(2.0), Tensor(3.0)
    z = (x * w).sin()
    w.data = 4.0
    with pytest.raises(RuntimeError, match=r"changed after '\*' had been computed"):
        engine.derivative(z, x)
    unit = dot([w], [x], 0.5)
    w.data = 5.0
    with pytest.raises(RuntimeError, match="compute the result again"):
        engine.derivative(unit, x)
    assert engine.derivative(x + w, x).data == 1.0


def test_under_no_grad_it_has_a_graph_too() -> None:
    x = Tensor(2.0)
    z = x**3
    with no_grad():
        first = engine.derivative(z, x)
        assert (first * 1.0)._op == "constant"
    assert engine.derivative(first, x).data == 12.0


def test_depth_has_no_limit() -> None:
    x = Tensor(0.5)
    z = x
    for _ in range(5_000):
        z = z * 1.0001 + x
    first = engine.derivative(z * x, x)
    total = sum(1.0001**k for k in range(5_001))
    assert first.data == pytest.approx(2 * 0.5 * total)
    assert engine.derivative(first, x).data == pytest.approx(2 * total)


def test_losses_have_second_derivatives() -> None:
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    found = ours(lambda a, b, c: cross_entropy_loss([a, b, c], 1), 0.3, -1.2, 2.0)
    expected = torchs(
        torch,
        lambda a, b, c: functional.cross_entropy(torch.stack([a, b, c]), torch.tensor(1)),
        *(0.3, -1.2, 2.0),
    )
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-12)
    for z in (-40.0, -1.0, 0.5, 3.0):
        found = ours(lambda x: bce_loss(x.sigmoid(), 1.0), z, order=2)
        target = torch.tensor(1.0, dtype=torch.float64)
        expected = torchs(
            torch,
            lambda x: functional.binary_cross_entropy_with_logits(x, target),  # noqa: B023
            z, order=2,
        )  # fmt: skip
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-16), z
