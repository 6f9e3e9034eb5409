"""Tensors that stand for any number, and write down what is done with them.

A `Placeholder` takes every operation of `Tensor` and computes nothing. Whoever asks for its value,
compares or converts it is refused, and the refusal is noted, should somebody catch it: a program
that decides by a value has no single list of operations. Nothing of `Tensor` itself is changed, so
another thread does not notice and nothing has to be put back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine import rules
from engine.fused import Dot, Leaves, as_tensors, shared_inputs
from engine.recording import OFF, is_off
from engine.tensor import Number, Tensor, constant
from engine.unknown import NoValue

_new = object.__new__

# The methods of `Tensor` for the rules whose names are not those of their methods.
METHODS = {
    **{name: (name,) for name in rules.UNARY},
    "neg": ("__neg__",),
    "abs": ("abs", "__abs__"),
}
OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "%": "mod", "**": "pow"}


class Placeholder(Tensor):
    """A tensor of which is known only what it was made from."""

    __slots__ = ("_recorder",)

    _recorder: PlaceholderRecorder

    @property
    def _data(self) -> float:
        raise self._recorder.refuse()

    @_data.setter
    def _data(self, value: float) -> None:
        raise self._recorder.refuse()

    @property
    def grad(self) -> float:
        raise self._recorder.refuse()

    @grad.setter
    def grad(self, value: Any) -> None:
        raise self._recorder.refuse()


class PlaceholderDot(Placeholder):
    """What `engine.fused.Dot` is to a tensor; swept in the same order."""

    __slots__ = ("_inputs", "_weights")

    _first: Tensor
    _inputs: Any
    _weights: Sequence[Tensor]
    _visit = Dot._visit

    @property
    def _prev(self) -> tuple[Tensor, ...]:
        return (self._first, *self._weights, *self._inputs.tensors)

    @property
    def plain_inputs(self) -> Sequence[float]:
        return () if self._inputs.tensors else self._inputs.values


class PlaceholderRecorder:
    """Makes placeholders, and keeps the refusals that count."""

    def __init__(self) -> None:
        self.refusals: list[NoValue] = []

    def leaf(self) -> Placeholder:
        """A number that comes from outside: an input, a target, a parameter."""
        return self._fill(_new(Placeholder), "", None, None)

    def leaves(self, count: int) -> list[Placeholder]:
        return [self.leaf() for _ in range(count)]

    def refuse(self) -> NoValue:
        refusal = NoValue(self)
        self.refusals.append(refusal)
        return refusal

    def forgive(self, asked: NoValue) -> None:
        self.refusals = [refusal for refusal in self.refusals if refusal is not asked]

    def operation(self, name: str, first: Tensor, second: Tensor | None = None) -> Placeholder:
        if OFF and is_off():
            raise self.refuse()  # a result that is a constant, of which no value is known
        return self._fill(_new(Placeholder), name, first, second)

    def dots(
        self, neurons: Sequence[Any], inputs: Sequence[Number], relu: bool
    ) -> list[Placeholder]:
        if OFF and is_off():
            raise self.refuse()
        operands = as_tensors(inputs)
        plain = not any(isinstance(value, Tensor) for value in inputs)
        shared = shared_inputs(
            () if plain else operands,
            [tensor._data for tensor in operands] if plain else [0.0] * len(operands),
        )
        outputs: list[Placeholder] = []
        for neuron in neurons:
            row = neuron.weight
            if len(row) != len(operands):
                raise ValueError(f"dot: {len(row)} weights for {len(operands)} inputs")
            bias = constant(0.0) if neuron.bias is None else as_tensors([neuron.bias])[0]
            out = _new(PlaceholderDot)
            self._fill(out, "dot relu" if relu else "dot", bias, None)
            out._weights = row if row.__class__ is Leaves else as_tensors(row)
            out._inputs = shared
            outputs.append(out)
        return outputs

    def _fill(
        self, out: Placeholder, op: str, first: Tensor | None, second: Tensor | None
    ) -> Placeholder:
        out._recorder = self
        out._op = op
        out._first = first
        out._second = second
        out._sweep = None
        return out


def _unary(name: str) -> Callable[[Placeholder], Placeholder]:
    def operation(self: Placeholder) -> Placeholder:
        return self._recorder.operation(name, self)

    return operation


def _binary(name: str) -> Callable[[Placeholder, Number], Placeholder]:
    def operation(self: Placeholder, other: Number) -> Placeholder:
        right = other if isinstance(other, Tensor) else constant(other)
        if right is None:
            return NotImplemented  # type: ignore[no-any-return]
        return self._recorder.operation(name, self, right)

    return operation


def _reflected(name: str) -> Callable[[Placeholder, Number], Placeholder]:
    """With a number or a plain tensor on the left, which gives way to a subclass."""

    def operation(self: Placeholder, other: Number) -> Placeholder:
        left = other if isinstance(other, Tensor) else constant(other)
        if left is None:
            return NotImplemented  # type: ignore[no-any-return]
        return self._recorder.operation(name, left, self)

    return operation


for _name, _methods in METHODS.items():
    for _method in _methods:
        setattr(Placeholder, _method, _unary(_name))
for _name in rules.BINARY:
    if _name in OPERATORS:
        setattr(Placeholder, f"__{OPERATORS[_name]}__", _binary(_name))
        setattr(Placeholder, f"__r{OPERATORS[_name]}__", _reflected(_name))
    else:
        setattr(Placeholder, _name if _name in ("max", "min") else f"_{_name}", _binary(_name))
