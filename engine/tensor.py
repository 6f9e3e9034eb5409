"""Reverse-mode automatic differentiation over single floats, after Andrej Karpathy's micrograd.

Arithmetic on tensors gives tensors that remember what they were made from:

    x, y = Tensor(2), Tensor(3)
    z = x * y + y          # z.data is 9.0
    z.backward()           # x.grad is 3.0, y.grad is 3.0

Every operation has the same shape: compute the value, say the local derivatives (how fast the
result moves when each operand moves), make a node. `backward` walks the nodes from the result
down and multiplies along the way: the chain rule. What to try next: `z._prev`, `z._op`,
`engine.graph.topological_order(z)`, `engine.gradcheck(z, [x, y])`.

Three choices keep it quick in plain Python. A node stores its local derivatives as numbers
instead of a function that would refer back to the node, so graphs have no cycles and vanish by
reference counting alone. The walk keeps its own stack, so depth has no limit. A neuron's sum of
products, `dot` in engine/fused.py, is one node instead of thirty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import SupportsFloat, TypeAlias

from engine import rules

__all__ = ["Number", "Tensor"]


class Tensor:
    """One float that takes part in differentiation. A leaf, unless an operation made it.

    data    its value, always a float; assigning does not change nodes computed before
    grad    d(swept result) / d(this), a float; leaves add up over sweeps, see `backward`
    _op     the operation that made it: "" for a leaf, "constant" for a number met in an expression
    _prev   the tensors it was made from, in order

    Raises TypeError where `data` is no number. A tensor gives its value, as a new leaf.
    """

    # Two operands at the most have fields of their own: a tuple each for the operands and the
    # derivatives would be two more objects a node for the garbage collector to walk over.
    __slots__ = (
        "__weakref__",
        "_by_first",
        "_by_second",
        "_first",
        "_fused",
        "_op",
        "_second",
        "_sweep",
        "data",
        "grad",
    )

    data: float
    grad: float
    _op: str
    _first: Tensor | None  # None in a leaf
    _second: Tensor | None
    # The local derivatives: d(this) / d(operand) as it was when this was computed. None: nothing
    # flows there, not even 0 * inf; so it is for a missing operand, or under a relu that is off.
    _by_first: rules.Derivative
    _by_second: rules.Derivative
    # The last sweep that came by: "visited", without a set to look in.
    _sweep: object
    # What a neuron's sum of products was made from besides its bias, see engine/fused.py: the
    # weights, their values, the inputs with theirs, the bias's value. None in every other node.
    _fused: tuple[Sequence[Tensor], Sequence[float], Inputs, float] | None

    def __init__(
        self, data: Number | SupportsFloat, _children: Sequence[Tensor] = (), _op: str = ""
    ) -> None:
        number = data.data if isinstance(data, Tensor) else as_float(data)
        if number is None:
            raise TypeError(f"a Tensor holds one number, got {type(data).__name__}: {data!r}")
        self.data = number
        self.grad = 0.0
        self._op = _op
        self._first = _children[0] if _children else None
        self._second = self._by_first = self._by_second = self._sweep = None
        self._fused = None
        if _children:  # by hand: no gradient flows through
            self._fused = (tuple(_children[1:]), (), Inputs((), ()), 0.0)

    @property
    def _prev(self) -> tuple[Tensor, ...]:
        children = tuple([child for child in (self._first, self._second) if child is not None])
        if self._fused is None:
            return children
        weights, _, inputs, _ = self._fused
        return (*children, *weights, *inputs.tensors)

    @property
    def _derivatives(self) -> tuple[rules.Derivative, ...]:
        """One local derivative per child; None where nothing flows."""
        count = len(self._prev)
        if self._fused is None:
            return (self._by_first, self._by_second)[:count]
        if self._by_first is None:
            return (None,) * count
        _, weight_values, inputs, _ = self._fused
        factors = (1.0, *inputs.values, *weight_values)
        return tuple([self._by_first * factor for factor in factors[:count]])

    # The operations, each in its own rule: value, local derivatives, node.

    def __add__(self, other: Number) -> Tensor:
        right = other if isinstance(other, Tensor) else constant(other)
        if right is None:
            return NotImplemented
        return node("+", self.data + right.data, self, right, 1.0, 1.0)

    def __sub__(self, other: Number) -> Tensor:
        right = other if isinstance(other, Tensor) else constant(other)
        if right is None:
            return NotImplemented
        return node("-", self.data - right.data, self, right, 1.0, -1.0)

    def __mul__(self, other: Number) -> Tensor:
        right = other if isinstance(other, Tensor) else constant(other)
        if right is None:
            return NotImplemented
        return node("*", self.data * right.data, self, right, right.data, self.data)

    def __truediv__(self, other: Number) -> Tensor:
        return binary(rules.DIVIDE, self, other)

    def __pow__(self, other: Number) -> Tensor:
        return binary(rules.POWER, self, other)

    def __neg__(self) -> Tensor:
        return node("neg", -self.data, self, None, -1.0)

    def __pos__(self) -> Tensor:
        return self

    def relu(self) -> Tensor:
        x = self.data
        if x <= 0.0:  # off; nan is not, and flows
            return node("relu", 0.0 if x < 0.0 else x, self)
        return node("relu", x, self, None, 1.0)

    def exp(self) -> Tensor:
        return unary(rules.EXP, self)

    def log(self) -> Tensor:
        return unary(rules.LOG, self)

    def sqrt(self) -> Tensor:
        return unary(rules.SQRT, self)

    def sin(self) -> Tensor:
        return unary(rules.SIN, self)

    def cos(self) -> Tensor:
        return unary(rules.COS, self)

    def tanh(self) -> Tensor:
        return unary(rules.TANH, self)

    def sigmoid(self) -> Tensor:
        return unary(rules.SIGMOID, self)

    def softplus(self) -> Tensor:
        return unary(rules.SOFTPLUS, self)

    def leaky_relu(self, slope: float = 0.01) -> Tensor:
        return binary(rules.LEAKY_RELU, self, slope)

    def abs(self) -> Tensor:
        return unary(rules.ABS, self)

    def max(self, other: Number) -> Tensor:
        return binary(rules.MAXIMUM, self, other)

    def min(self, other: Number) -> Tensor:
        return binary(rules.MINIMUM, self, other)

    __abs__ = abs

    # Backpropagation.

    def backward(self, gradient: float = 1.0) -> None:
        """Add d(self)/d(leaf) * gradient to the gradient of every leaf below.

        Nodes between get the gradient of this sweep alone (PyTorch's rule; in micrograd they
        pile up). Time is linear in the graph; no depth is too deep.
        """
        order = self._sweep_order()
        if not order:  # a leaf, swept itself
            self.grad += gradient
            return
        self.grad = gradient
        for out in reversed(order):
            by_first = out._by_first
            if out._fused is None:
                gradient = out.grad
                if by_first is not None:
                    out._first.grad += gradient * by_first  # type: ignore[union-attr]
                by_second = out._by_second
                if by_second is not None:
                    out._second.grad += gradient * by_second  # type: ignore[union-attr]
            elif by_first is not None:
                out._fused[2].push(out)  # to bias, weights and inputs in turn

    def _sweep_order(self) -> list[Tensor]:
        """The nodes under this one and itself, children first, leaves left out; gradients zeroed.

        Depth first with a stack of its own, the last child first; None on the stack says that
        all below the node under it is done. Reversed, a node comes before its children, and the
        first child's side before the second's.
        """
        sweep = object()
        order: list[Tensor] = []
        stack: list[Tensor | None] = [self] if self._first is not None else []
        pop, done = stack.pop, order.append
        while stack:
            out = pop()
            if out is None:
                done(pop())  # type: ignore[arg-type]
                continue
            if out._sweep is sweep:
                continue
            out._sweep = sweep
            out.grad = 0.0
            first, second = out._first, out._second
            into_first = first._first is not None and first._sweep is not sweep  # type: ignore[union-attr]
            if out._fused is not None:
                weights, _, inputs, _ = out._fused
                if inputs.sweep is sweep and weights.__class__ is Leaves and not into_first:
                    done(out)  # so it is for all units of a layer but one
                    continue
                below = [first] if into_first else []
                if weights.__class__ is not Leaves:
                    below += [x for x in weights if x._first is not None and x._sweep is not sweep]
                if inputs.sweep is not sweep:  # a layer's units share them
                    inputs.sweep = sweep
                    below += [
                        x for x in inputs.tensors if x._first is not None and x._sweep is not sweep
                    ]
                if below:
                    stack += (out, None, *below)
                else:
                    done(out)
            elif second is not None and second._first is not None and second._sweep is not sweep:
                stack += (out, None, first, second) if into_first else (out, None, second)
            elif into_first:
                stack += (out, None, first)
            else:
                done(out)
        return order

    # A number on the left.

    def __radd__(self, other: float) -> Tensor:
        return reflected(Tensor.__add__, other, self)

    def __rsub__(self, other: float) -> Tensor:
        return reflected(Tensor.__sub__, other, self)

    def __rmul__(self, other: float) -> Tensor:
        return reflected(Tensor.__mul__, other, self)

    def __rtruediv__(self, other: float) -> Tensor:
        return reflected(Tensor.__truediv__, other, self)

    def __rpow__(self, other: float) -> Tensor:
        return reflected(Tensor.__pow__, other, self)

    # Comparisons look at values; a tensor is its own key in dicts and sets, as in PyTorch.

    def __eq__(self, other: object) -> bool:
        return self.data == (other.data if isinstance(other, Tensor) else other)

    def __lt__(self, other: Number) -> bool:
        return self.data < (other.data if isinstance(other, Tensor) else other)

    def __le__(self, other: Number) -> bool:
        return self.data <= (other.data if isinstance(other, Tensor) else other)

    def __gt__(self, other: Number) -> bool:
        return self.data > (other.data if isinstance(other, Tensor) else other)

    def __ge__(self, other: Number) -> bool:
        return self.data >= (other.data if isinstance(other, Tensor) else other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return self.data != 0.0

    def __float__(self) -> float:
        return self.data

    def item(self) -> float:
        """The value, detached from the graph."""
        return self.data

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"


class Inputs:
    """The inputs that the neurons of a layer share: tensors, unless all are plain numbers.

    `push` hands the gradient of one of the neurons on to its operands.
    """

    __slots__ = ("push", "sweep", "tensors", "values")

    def __init__(
        self,
        tensors: Sequence[Tensor],
        values: Sequence[float],
        push: Callable[[Tensor], object] = id,
    ) -> None:
        self.tensors = tensors
        self.values = values
        self.push = push
        self.sweep: object = None  # the last one that looked below them


class Leaves(tuple[Tensor, ...]):
    """Weights that are known to be leaves, so that a sweep need not look below them."""

    __slots__ = ()


Number: TypeAlias = Tensor | float  # an operand
_new = object.__new__


def node(
    op: str,
    data: float,
    first: Tensor | None = None,
    second: Tensor | None = None,
    by_first: rules.Derivative = None,
    by_second: rules.Derivative = None,
) -> Tensor:
    """The result of an operation: its value, its operands, its derivative by each.

    Fills the fields in by hand: half the time of a constructor, and every operation comes by here.
    """
    out = _new(Tensor)
    out.data = data
    out.grad = 0.0
    out._op = op
    out._first = first
    out._second = second
    out._by_first = by_first
    out._by_second = by_second
    out._fused = None
    out._sweep = None
    return out


def as_float(value: object) -> float | None:
    """`value` as a float, None where it is no number (a truth value is none either)."""
    if isinstance(value, float):
        return float(value)
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return None
    try:
        return float(value)
    except OverflowError:  # an int beyond the floats
        return inf if value > 0 else -inf  # type: ignore[operator]
    except TypeError:  # an array, say
        return None


def constant(value: object) -> Tensor | None:
    """A number in an expression, as a child that gets no name and is no leaf to train."""
    number = value if type(value) is float else as_float(value)
    return None if number is None else node("constant", number)


def unary(rule: rules.Unary, operand: Tensor) -> Tensor:
    x = operand.data
    y = rule.value(x)
    return node(rule.name, y, operand, None, rule.derivative(x, y))


def binary(rule: rules.Binary, first: Tensor, second: Number) -> Tensor:
    right = second if isinstance(second, Tensor) else constant(second)
    if right is None:
        return NotImplemented  # type: ignore[no-any-return]
    a, b = first.data, right.data
    y = rule.value(a, b)
    return node(
        rule.name,
        y,
        first,
        right,
        None if first._op == "constant" else rule.by_first(a, b, y),
        None if right._op == "constant" else rule.by_second(a, b, y),
    )


def reflected(
    operation: Callable[[Tensor, Tensor], Tensor], number: float, tensor: Tensor
) -> Tensor:
    left = constant(number)
    if left is None:
        return NotImplemented  # type: ignore[no-any-return]
    return operation(left, tensor)


def as_tensors(values: Sequence[Number]) -> tuple[Tensor, ...]:
    """`values` with the plain numbers among them made constants; TypeError for anything else."""
    tensors: list[Tensor] = []
    for value in values:
        tensor = value if isinstance(value, Tensor) else constant(value)
        if tensor is None:
            raise TypeError(f"expected numbers, got {type(value).__name__}: {value!r}")
        tensors.append(tensor)
    return tuple(tensors)
