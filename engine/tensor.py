"""Reverse-mode automatic differentiation over single floats, after Andrej Karpathy's micrograd.

    x, y = Tensor(2), Tensor(3)
    z = x * y + y          # z.data is 9.0
    z.backward()           # x.grad is 3.0, y.grad is 3.0

Every operation has the same shape: compute the value, say the local derivatives (how fast the
result moves when each operand moves), make a node. `backward` walks the nodes from the result
down and multiplies along the way: the chain rule. What to try next: `z._prev`, `z._op`,
`engine.graph.topological_order(z)`, `engine.gradcheck(z, [x, y])`.

What keeps it quick: a node stores its local derivatives as numbers, not a function that would
refer back to the node, so graphs have no cycles and vanish by reference counting alone. And a
node may be several operations in one, as a neuron's sum of products is: engine/composite.py.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, SupportsFloat, TypeAlias

from engine import rules
from engine.recording import LOOKING, OFF, is_off
from engine.scalar import Comparable, as_float
from engine.sweep import sweep_order
from engine.unknown import NoValue

__all__ = ["Number", "Tensor"]


def unary(rule: rules.Unary) -> Callable[[Tensor], Tensor]:
    """The method for a row of engine/rules.py; so do the next two make methods."""

    def operation(self: Tensor) -> Tensor:
        try:
            x = self._data
        except NoValue as asked:
            return asked.operation(rule.name, self)  # type: ignore[no-any-return]
        y = rule.value(x)
        return node(rule.name, y, self, None, rule.derivative(x, y))

    return operation


def binary(rule: rules.Binary) -> Callable[[Tensor, Number], Tensor]:
    def operation(self: Tensor, other: Number) -> Tensor:
        right = other if isinstance(other, Tensor) else constant(other)
        if right is None:
            return NotImplemented  # type: ignore[no-any-return]
        try:
            a, b = self._data, right._data
        except NoValue as asked:
            return asked.operation(rule.name, self, right)  # type: ignore[no-any-return]
        y = rule.value(a, b)
        by_first = None if self._op == "constant" else rule.by_first(a, b, y)
        by_second = None if right._op == "constant" else rule.by_second(a, b, y)
        return node(rule.name, y, self, right, by_first, by_second)

    return operation


def reflected(operation: Callable[[Tensor, Number], Tensor]) -> Callable[[Tensor, float], Tensor]:
    def swapped(self: Tensor, other: float) -> Tensor:
        left = constant(other)
        return NotImplemented if left is None else operation(left, self)

    return swapped


def in_place(operation: Callable[[Any, Any], Any], sign: str) -> Callable[[Tensor, Number], Tensor]:
    """The method for `+=` and the like."""

    def assign(self: Tensor, other: Number) -> Tensor:
        if OFF and is_off():
            self._data = operation(self, other)._data
            return self
        if self._op == "" and (self._grad != 0.0 or not isinstance(other, Tensor)):
            raise RuntimeError(
                f"`p {sign}= ...` makes a new number and leaves the leaf as it is: to update a "
                f"leaf write `p.data {sign}= ...`, or the line under `with no_grad():`; for a new "
                f"number write `x = x {sign} ...`"
            )
        return operation(self, other)  # type: ignore[no-any-return]

    return assign


class Tensor(Comparable):
    """One float that takes part in differentiation. A leaf, unless an operation made it.

    data    its value, always a float; assigning does not change nodes computed before
    grad    d(swept result) / d(this), a float; leaves add up over sweeps, see `backward`;
            assigning None clears it to 0, as PyTorch users do
    _op     the operation that made it: "" for a leaf, "constant" for a number met in an expression
    _prev   the tensors it was made from, in order

    Raises TypeError where `data` is no number. A tensor gives its value, as a new leaf.
    """

    # The operands are `_first` and `_second`, None where there is none; a tuple would be one more
    # object a node. `_by_first` and `_by_second` are the local derivatives; through None nothing
    # flows, not even 0 * inf. `_sweep` is the last sweep that came by, `_given` see `HandMade`.
    # `_data` and `_grad` are what the engine itself reads and writes: floats, nothing to check.
    __slots__ = ("__weakref__", "_by_first", "_by_second", "_data", "_first", "_given", "_grad",
                 "_op", "_second", "_sweep")  # fmt: skip

    def __init__(
        self, data: Number | SupportsFloat, _children: Sequence[Tensor] = (), _op: str = ""
    ) -> None:
        self._data = data if type(data) is float else number(data, "a Tensor holds")
        self._grad = 0.0
        self._op = _op
        self._first: Tensor | None = None
        self._second: Tensor | None = None
        self._by_first: rules.Derivative = None
        self._by_second: rules.Derivative = None
        self._sweep: object = None
        if _children:
            self._first, self._given, self.__class__ = _children[0], tuple(_children), HandMade

    @property
    def data(self) -> float:
        return self._data

    @data.setter
    def data(self, value: Number | SupportsFloat) -> None:
        self._data = value if type(value) is float else number(value, "the data of a tensor is")

    @property
    def grad(self) -> float:
        return self._grad

    @grad.setter
    def grad(self, value: Number | SupportsFloat | None) -> None:
        self._grad = 0.0 if value is None else number(value, "a gradient is")

    # The operations, by the formulas of engine/rules.py. The commonest are written out, since
    # calls would double their time; tests/engine/test_tensor_rules.py compares them with the rows.

    def __add__(self, other: Number) -> Tensor:
        right = other if isinstance(other, Tensor) else constant(other)
        if right is None:
            return NotImplemented
        return node("+", self._data + right._data, self, right, 1.0, 1.0)

    def __sub__(self, other: Number) -> Tensor:
        right = other if isinstance(other, Tensor) else constant(other)
        if right is None:
            return NotImplemented
        return node("-", self._data - right._data, self, right, 1.0, -1.0)

    def __mul__(self, other: Number) -> Tensor:
        right = other if isinstance(other, Tensor) else constant(other)
        if right is None:
            return NotImplemented
        return node("*", self._data * right._data, self, right, right._data, self._data)

    __truediv__ = binary(rules.DIVIDE)
    __mod__ = binary(rules.REMAINDER)
    __pow__ = binary(rules.POWER)

    def __neg__(self) -> Tensor:
        return node("neg", -self._data, self, None, -1.0)

    def __pos__(self) -> Tensor:
        return self

    def relu(self) -> Tensor:
        x = self._data
        if x <= 0.0:  # off; nan is not, and flows
            return node("relu", 0.0 if x < 0.0 else x, self)
        return node("relu", x, self, None, 1.0)

    exp, log, sqrt = unary(rules.EXP), unary(rules.LOG), unary(rules.SQRT)
    log1p = unary(rules.LOG1P)
    sin, cos, tanh = unary(rules.SIN), unary(rules.COS), unary(rules.TANH)
    sigmoid, softplus = unary(rules.SIGMOID), unary(rules.SOFTPLUS)
    max, min = binary(rules.MAXIMUM), binary(rules.MINIMUM)
    __abs__ = abs = unary(rules.ABS)
    _leaky_relu, _largest, _bce = map(binary, (rules.LEAKY_RELU, rules.LARGEST, rules.BCE))
    _clamp_min, _clamp_max = map(binary, (rules.CLAMP_MIN, rules.CLAMP_MAX))

    def leaky_relu(self, slope: float = 0.01) -> Tensor:
        return self._leaky_relu(slope)

    def clamp(self, min: float | None = None, max: float | None = None) -> Tensor:
        """At least `min` and at most `max` (torch.clamp): beyond a bound no gradient flows.

        The bounds are plain numbers; `engine.functions.maximum` and `minimum` take tensors.
        """
        if isinstance(min, Tensor) or isinstance(max, Tensor) or min is max is None:
            raise TypeError("clamp takes plain numbers: clamp(0, 1), clamp(min=0) or clamp(max=1)")
        out = self if min is None else self._clamp_min(min)
        return out if max is None else out._clamp_max(max)

    def detach(self) -> Tensor:
        """The value as it is now, as a constant: nothing flows back from there."""
        return node("constant", self._data)

    def backward(self, gradient: Number | SupportsFloat = 1.0) -> None:
        """Add d(self)/d(leaf) * gradient to the gradient of every leaf below.

        Nodes between get the gradient of this sweep alone. In PyTorch they keep none, and with
        `retain_grad` it adds up over sweeps as that of a leaf does; in micrograd it piles up and
        is counted again. Time is linear in the graph; no depth is too deep.
        """
        if type(gradient) is not float:
            gradient = number(gradient, "a gradient is")
        order = sweep_order(self, Tensor)
        if not order:  # a leaf, swept itself
            if self._op == "constant":
                raise RuntimeError(
                    "this number leads to no leaf: it was detached, or computed under `no_grad()`"
                )
            self._grad += gradient
            return
        self._grad = gradient
        plain = Tensor
        for out in reversed(order):
            if type(out) is plain:  # as `_push` does; written out, for speed
                gradient = out._grad
                by_first = out._by_first
                by_second = out._by_second
                if by_first is not None:
                    out._first._grad += gradient * by_first  # type: ignore[union-attr]
                if by_second is not None:
                    out._second._grad += gradient * by_second  # type: ignore[union-attr]
            elif out._by_first is not None:
                out._push()

    # What a node of another class does in its own way, see engine/composite.py.

    @property
    def _prev(self) -> tuple[Tensor, ...]:
        return tuple([child for child in (self._first, self._second) if child is not None])

    @property
    def _derivatives(self) -> tuple[rules.Derivative, ...]:
        """One local derivative per child; none at the end where nothing flows."""
        return (self._by_first, self._by_second)[: len(self._prev)]

    def _push(self) -> None:
        """Hand the gradient on to each child, times the local derivative."""
        for child, derivative in zip(self._prev, self._derivatives, strict=False):
            if derivative is not None:
                child._grad += self._grad * derivative

    def _visit(self, sweep: object) -> Sequence[Tensor]:
        """Get ready for a sweep, and say where it goes on: children not visited, no leaves."""
        self._sweep = sweep
        self._grad = 0.0
        return [x for x in self._prev if x._first is not None and x._sweep is not sweep]

    __radd__, __rsub__, __rmul__ = reflected(__add__), reflected(__sub__), reflected(__mul__)
    __rtruediv__, __rpow__ = reflected(__truediv__), reflected(__pow__)
    __rmod__ = reflected(__mod__)

    # `+=` and the like change a leaf in its place under `no_grad()` alone; a result that was
    # computed is bound anew, and so is a fresh leaf to which tensors are added up.

    __iadd__, __isub__ = in_place(operator.add, "+"), in_place(operator.sub, "-")
    __imul__, __itruediv__ = in_place(operator.mul, "*"), in_place(operator.truediv, "/")
    __imod__, __ipow__ = in_place(operator.mod, "%"), in_place(operator.pow, "**")

    def __float__(self) -> float:
        if self._op != "constant" and not (OFF and is_off()):
            from warnings import warn

            warn(
                "float() takes the number out of a tensor, and no gradient flows back through it: "
                "for the number write x.item(), for math.exp(x) write x.exp()",
                stacklevel=2,
            )
        return self._data

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        from engine.copying import copied

        return copied(self, memo)  # type: ignore[no-any-return]

    def __reduce_ex__(self, protocol: Any) -> Any:
        return super().__reduce_ex__(max(2, protocol))  # the older ones know no slots

    def __repr__(self) -> str:
        return f"Value(data={self._data}, grad={self._grad})"


class HandMade(Tensor):
    """A tensor that was given `_children`, as many as you like; no gradient flows to them."""

    __slots__ = ()

    @property
    def _prev(self) -> tuple[Tensor, ...]:
        return self._given


Number: TypeAlias = Tensor | float  # an operand
_new = object.__new__


def node(op: str, data: float, first: Tensor | None = None, second: Tensor | None = None,
         by_first: rules.Derivative = None, by_second: rules.Derivative = None,
) -> Tensor:  # fmt: skip
    """A result with its operands and its derivative by each; in half the time of a constructor."""
    out = _new(Tensor)
    out._data = data
    out._grad = 0.0
    out._op = op
    out._first = first
    out._second = second
    out._by_first = by_first
    out._by_second = by_second
    out._sweep = None
    return out


_node = node


def _node_or_constant(op: str, data: float, *recorded: Any) -> Tensor:
    """What stands for `node` in this module while some thread records nothing."""
    return _node("constant", data) if is_off() else _node(op, data, *recorded)


def _look(looking: bool) -> None:
    globals()["node"] = _node_or_constant if looking else _node


LOOKING.append(_look)


def constant(value: object) -> Tensor | None:
    """A number in an expression, as a child that gets no name and is no leaf to train."""
    found = value if type(value) is float else as_float(value)
    return None if found is None else node("constant", found)


def number(value: object, what: str) -> float:
    """The float that a tensor or a number stands for.

    For anything else TypeError, whose message `what` begins: "a Tensor holds", say.
    """
    found = value._data if isinstance(value, Tensor) else as_float(value)
    if found is None:
        raise TypeError(f"{what} one number, got {type(value).__name__}: {value!r}")
    return found
