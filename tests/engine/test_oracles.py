"""Random programs against oracles that share no code with the engine."""

import math
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

from engine import Tensor, gradcheck
from engine.functions import dot, maximum, minimum
from engine.graph import is_fused, topological_order

TENSOR: dict[str, Any] = {
    "neg": lambda x, n: -x,
    "abs": lambda x, n: abs(x),
    "exp": lambda x, n: x.exp(),
    "log": lambda x, n: x.log(),
    "sqrt": lambda x, n: x.sqrt(),
    "sin": lambda x, n: x.sin(),
    "cos": lambda x, n: x.cos(),
    "tanh": lambda x, n: x.tanh(),
    "sigmoid": lambda x, n: x.sigmoid(),
    "relu": lambda x, n: x.relu(),
    "leaky_relu": lambda x, n: x.leaky_relu(n),
    "softplus": lambda x, n: x.softplus(),
    "add_number": lambda x, n: n + x,
    "subtract_from": lambda x, n: n - x,
    "multiply_number": lambda x, n: n * x,
    "divide_into": lambda x, n: n / x,
    "power_number": lambda x, n: x**n,
    "number_power": lambda x, n: n**x,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "max": maximum,
    "min": minimum,
    "dot": dot,
    "dot_relu": lambda w, x, b: dot(w, x, b, relu=True),
}


def swept(program: RandomProgram) -> tuple[list[Tensor], Tensor]:
    leaves = [Tensor(value) for value in program.leaves]
    output = run(program, leaves, TENSOR)[-1]
    output.backward()
    return leaves, output


@settings(max_examples=120, deadline=None)
@given(random_programs())
def test_values_and_gradients_are_those_of_forward_mode(program: RandomProgram) -> None:
    leaves, output = swept(program)
    try:
        expected = run(program, dual_leaves(program.leaves), DUAL)[-1]
    except Unclear:
        assume(False)
    assert output.data == pytest.approx(expected.value, rel=1e-12, abs=1e-300)
    for leaf, partial, size in zip(leaves, expected.partials, expected.sizes, strict=True):
        assert abs(leaf.grad - partial) <= 1e-12 * max(size, 1e-280)


@settings(max_examples=50, deadline=None)
@given(random_programs())
def test_gradients_are_those_of_finite_differences(program: RandomProgram) -> None:
    leaves, _ = swept(program)
    slopes = []
    for index, value in enumerate(program.leaves):
        try:
            at = [
                run(program, dual_leaves([*head, value + step, *tail]), DUAL)[-1]
                for head, tail in [(program.leaves[:index], program.leaves[index + 1 :])]
                for step in (-1e-5, 0.0, 1e-5)
            ]
        except Unclear:
            assume(False)
        low, here, high = (side.value for side in at)
        ends = [side.partials[index] for side in at]
        # Where the slope itself turns within the step, a difference says nothing.
        assume(max(ends) - min(ends) < 1e-4 * max(1.0, abs(ends[1])))
        assume(abs(here) < 1e6)
        slopes.append((high - low) / 2e-5)
    for leaf, slope in zip(leaves, slopes, strict=True):
        assert leaf.grad == pytest.approx(slope, rel=1e-3, abs=1e-4)


@settings(max_examples=50, deadline=None)
@given(random_programs())
@pytest.mark.slow
def test_the_gradient_check_agrees_with_itself_on_smooth_programs(program: RandomProgram) -> None:
    leaves, output = swept(program)
    try:
        sizes = run(program, dual_leaves(program.leaves), DUAL)[-1].sizes
    except Unclear:
        assume(False)
    assume(max(sizes) < 50 and abs(output.data) < 50)
    gradients = [leaf.grad for leaf in leaves]
    checked = gradcheck(output, leaves)
    assert [check.gradient for check in checked.checks] == gradients
    assert [leaf.grad for leaf in leaves] == gradients
    assert [leaf.data for leaf in leaves] == list(program.leaves)


def torch_operations(torch: Any) -> dict[str, Any]:
    functional = torch.nn.functional

    def torch_dot(w: Any, x: Any, b: Any) -> Any:
        return b + w[0] * x[0] + w[1] * x[1]

    def elementwise(name: str) -> Any:
        function = getattr(torch, name)
        return lambda x, n: function(x)

    names = ("abs", "exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu")
    table: dict[str, Any] = {name: elementwise(name) for name in names}
    same = ("neg", "add_number", "subtract_from", "multiply_number", "number_power")
    table |= {name: TENSOR[name] for name in same}
    table |= {name: TENSOR[name] for name in ("add", "sub", "mul", "div", "pow")}
    table |= {
        # With a plain 0.5 PyTorch takes sqrt, which is not the C library's pow at -0 and -inf.
        "power_number": lambda x, n: torch.pow(x, torch.tensor(n, dtype=torch.float64)),
        # A plain number over x is a product with 1 / x there: 0 / 1e-320 would be 0 * inf.
        "divide_into": lambda x, n: torch.tensor(n, dtype=torch.float64) / x,
        "leaky_relu": lambda x, n: functional.leaky_relu(x, n),
        "softplus": lambda x, n: functional.softplus(x),
        "max": torch.maximum,
        "min": torch.minimum,
        "dot": torch_dot,
        "dot_relu": lambda w, x, b: torch.relu(torch_dot(w, x, b)),
    }
    return table


def conditioned(output: Tensor) -> bool:
    """Whether two sound implementations must agree to 1e-12 on this graph.

    Not where rounding alone decides: a value that hangs on the last bits of another one, a near
    tie, a product that leaves the normal floats on the way, a derivative beyond the floats.
    """
    doubt: dict[Tensor, float] = {}
    for node in topological_order(output):
        parts = [
            abs(derivative) * doubt[child]
            for child, derivative in zip(node._prev, node._derivatives, strict=False)
            if derivative is not None and doubt[child]
        ]
        exact = not node._prev or node._op in ("neg", "abs", "relu", "max", "min")
        doubt[node] = sum(parts) + (0.0 if exact else 1.2e-16 * abs(node.data))
        if math.isfinite(node.data) and not doubt[node] <= 1e-13 * abs(node.data):
            return False
        if node._op in ("max", "min", "relu", "abs", "leaky_relu", "softplus", "dot relu"):
            first, *others = [child.data for child in node._prev]
            against = [*others, 0.0, 20.0] if len(node._prev) < 3 else [0.0]
            near = node.data if is_fused(node) else first
            if any(abs(near - other) <= 1e-9 * abs(near) for other in against) and any(
                doubt[child] for child in node._prev
            ):
                return False
        # Their derivatives are made of 1 - y: near 1 the last bit of y decides.
        if node._op in ("tanh", "sigmoid") and 0.999 < abs(node.data) < 1.0:
            return False
        for child, derivative in zip(node._prev, node._derivatives, strict=False):
            if derivative is None:
                continue
            flow = node.grad * derivative
            if 0.0 < abs(flow) < 1e-300 or 0.0 < abs(derivative) < 1e-300:
                return False
            if math.isinf(derivative) and any(0.0 < abs(x.data) < 1e-300 for x in node._prev):
                return False
            if math.isinf(derivative) and math.isfinite(child.data) and child.data != 0.0:
                return False
    return True


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(random_programs(edge_values, most_steps=6))
def test_values_and_gradients_are_those_of_pytorch_at_the_edges_too(
    program: RandomProgram,
) -> None:
    torch = pytest.importorskip("torch")
    leaves, output = swept(program)
    assume(conditioned(output))
    twins = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in program.leaves]
    twin = run(program, twins, torch_operations(torch))[-1]
    twin.backward()
    assert output.data == pytest.approx(twin.item(), rel=1e-12, abs=0.0, nan_ok=True)
    sizes = absolute_sweep(output)
    for leaf, other in zip(leaves, twins, strict=True):
        expected = 0.0 if other.grad is None else other.grad.item()
        size = sizes.get(leaf, 0.0)
        if math.isinf(size) and (math.isfinite(leaf.grad) or math.isfinite(expected)):
            continue  # terms near the greatest float: their order decides whether they overflow
        slack = 1e-12 * size if math.isfinite(size) else 0.0
        assert leaf.grad == pytest.approx(expected, rel=1e-12, abs=slack, nan_ok=True)


def absolute_sweep(output: Tensor) -> dict[Tensor, float]:
    """The size of what flowed into each tensor, signs dropped: how much could have cancelled."""
    sizes = {output: 1.0}
    for node in reversed(topological_order(output)):
        for child, derivative in zip(node._prev, node._derivatives, strict=False):
            if derivative is not None:
                flow = sizes.get(node, 0.0) * abs(derivative)
                sizes[child] = sizes.get(child, 0.0) + flow
    return sizes
