"""Derivatives that can be differentiated again: the reverse sweep, done in tensors.

`Tensor.backward` multiplies numbers that the nodes keep. Here the same sweep multiplies tensors:
what flows back is computed by operations, so it has a graph of its own, down to the same leaves.

    x = Tensor(2)
    (first,) = derivative(x**3, [x])      # 12.0, made of 3 * x ** 2
    (second,) = derivative(first, [x])    # 12.0

The derivatives are those of engine/rules.py, by the same lines of source: `1.0 - y * y` is as good
for tensors as for floats. What a line calls by name (`divide`, `cos`) is looked up among the
functions of tensors instead.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from math import inf, isfinite, nan
from types import FunctionType
from typing import Any, TypeAlias, overload

from engine import functions, rules
from engine.composite import Composite
from engine.recording import recorded
from engine.sweep import children_first
from engine.tensor import Tensor, constant

__all__ = ["derivative"]

Flow: TypeAlias = Tensor | float  # a float is what depends on no leaf
Slope: TypeAlias = Tensor | float | None


@overload
def derivative(output: Tensor, inputs: Tensor) -> Tensor: ...
@overload
def derivative(output: Tensor, inputs: Sequence[Tensor]) -> list[Tensor]: ...
def derivative(output: Tensor, inputs: Tensor | Sequence[Tensor]) -> Tensor | list[Tensor]:
    """d(output)/d(x) for each x of `inputs`, as tensors that can be differentiated in their turn.

    As `torch.autograd.grad(..., create_graph=True)`. The first derivative has the bits that
    `backward` gives, and the conventions at kinks are the same. An x may be a leaf or any result
    on the way; where `output` does not depend on it, or only linearly, its derivative is a
    constant. Values and gradients of the graph stay as they are. One tensor as `inputs` gives one
    tensor. It works under `no_grad()` too; time and memory grow with the graph.

    Raises RuntimeError where a value that is needed was changed after `output` was computed, and
    ValueError for an x that is a constant.
    """
    if isinstance(inputs, Tensor):
        return derivative(output, [inputs])[0]
    for x in (output, *inputs):
        if not isinstance(x, Tensor):
            raise TypeError(f"derivative takes tensors, got {type(x).__name__}: {x!r}")
    output._data  # noqa: B018 - of a model that is traced it is not known, and that is said first
    if any(x._op == "constant" for x in inputs):
        raise ValueError("there is no derivative by a constant; wrap the number in Tensor(...)")
    with recorded():
        order = children_first(output, last_first=True)
        flows: dict[Tensor, Flow] = {output: 1.0}
        _sweep(order, set(inputs), flows)
        known = set(order)
        return [_result(flows.get(x, 0.0), known) for x in inputs]


def _result(flow: Flow, known: set[Tensor]) -> Tensor:
    """A tensor of its own: d(w * x)/dx is not to be `w` itself, which somebody may update."""
    if isinstance(flow, Tensor):
        return flow * 1.0 if flow in known else flow
    result = constant(flow)
    assert result is not None
    return result


def _sweep(order: Sequence[Tensor], leading: set[Tensor], flows: dict[Tensor, Flow]) -> None:
    """Hand what flows into each node of `order` on to its operands, from the last node on.

    Only to those that lead to one of `leading`, which grows by all nodes that do.
    """
    for out in order:
        if any(child in leading for child in out._prev):
            leading.add(out)
    for out in reversed(order):
        if out not in leading:
            continue
        if isinstance(out, Composite):
            if out._by_first is not None:
                operands = out._prev
                plain = out._unfold(operands)
                _add(flows, plain, flows.get(out, 0.0))
                inner = children_first(plain, set(map(id, operands)), last_first=True)
                _sweep(inner, leading, flows)
        else:
            _push(out, leading, flows)


def _push(out: Tensor, leading: set[Tensor], flows: dict[Tensor, Flow]) -> None:
    """What `Tensor._push` does, in tensors."""
    children, stored = out._prev, out._derivatives
    if all(number is None for number in stored):  # made by hand, or a relu that is off
        return
    formulas = _FORMULAS.get(out._op)
    if formulas is None:
        raise ValueError(f"no rule to differentiate the operation {out._op!r} again")
    operands: list[Flow] = [x._data if x._op == "constant" else x for x in children]
    for child, formula, number in zip(children, formulas, stored, strict=True):
        if child not in leading:
            continue
        slope: Slope = formula(*operands, out)
        if not _agree(slope._data if isinstance(slope, Tensor) else slope, number):
            raise RuntimeError(
                f"a number was changed after {out._op!r} had been computed from it: "
                "compute the result again before taking its derivative"
            )
        if slope is not None:
            _add(flows, child, _times(flows.get(out, 0.0), slope))


def _add(flows: dict[Tensor, Flow], child: Tensor, flow: Flow) -> None:
    flows[child] = flows[child] + flow if child in flows else flow


def _agree(value: float | None, stored: float | None) -> bool:
    """Whether a derivative has the value that the node has kept."""
    return value == stored or (value != value and stored != stored)


def _times(flow: Flow, slope: Flow) -> Flow:
    """The product; without a node where one of them is 1, -1 or 0 whatever the leaves are."""
    for number, other in ((slope, flow), (flow, slope)):
        if isinstance(number, Tensor):
            continue
        if number == 1.0:
            return other
        if number == -1.0:
            return -other
        if number == 0.0 and isinstance(other, Tensor) and isfinite(other._data):
            return 0.0
    return flow * slope


def _of_both(of_floats: Callable[..., float], of_tensors: Callable[..., Flow]) -> Any:
    """A function of tensors that leaves floats among themselves to the one of floats."""

    def function(*operands: Any) -> Flow:
        tensors = any(isinstance(x, Tensor) for x in operands)
        return of_tensors(*operands) if tensors else of_floats(*operands)

    return function


def _floor_divide(a: Flow, b: Flow) -> float:
    """A number: it goes by steps, and its derivative is 0 on each."""
    return rules.floor_divide(*(x._data if isinstance(x, Tensor) else x for x in (a, b)))


def _names_for_tensors() -> dict[str, Any]:
    """What the names in engine/rules.py stand for when its derivatives are read with tensors.

    A function with no counterpart is read with tensors too. `math` is not there: of a tensor it
    would take the number, and a derivative that asks for it has to name an operation instead.
    """
    counterparts = {name: getattr(functions, name) for name in functions.__all__}
    counterparts["divide"] = operator.truediv
    counterparts["floor_divide"] = _floor_divide
    names: dict[str, Any] = {"inf": inf, "nan": nan}
    for name, value in vars(rules).items():
        if isinstance(value, FunctionType):
            found = counterparts.get(name)
            names[name] = _of_both(value, found) if found else _read_with(names, value)
    return names


def _read_with(names: dict[str, Any], function: Any) -> Callable[..., Slope]:
    """The same source as `function`, with other meanings for the names in it."""
    return FunctionType(function.__code__, names, function.__name__)


_NAMES = _names_for_tensors()
# By the name of an operation, the derivative by each operand: of the operands and the result.
_FORMULAS: dict[str, tuple[Callable[..., Slope], ...]] = {
    **{name: (_read_with(_NAMES, rule.derivative),) for name, rule in rules.UNARY.items()},
    **{
        name: (_read_with(_NAMES, rule.by_first), _read_with(_NAMES, rule.by_second))
        for name, rule in rules.BINARY.items()
    },
}
