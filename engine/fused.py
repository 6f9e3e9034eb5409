"""A neuron's sum of products as one node: what makes networks quick to run step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any, NamedTuple

from engine import rules
from engine.composite import Composite
from engine.recording import OFF, is_off
from engine.tensor import Number, Tensor, constant, node
from engine.unknown import NoValue

__all__ = ["Dot", "Leaves", "Weighted", "as_tensors", "dot", "dots", "shared_inputs"]


def dot(
    weights: Sequence[Number],
    inputs: Sequence[Number],
    bias: Number | None = None,
    relu: bool = False,
) -> Tensor:
    """bias + weights[0] * inputs[0] + ..., added from the left, as one node; relu of it if asked.

    Its children are the bias (0 where there is none), the weights, and the inputs, unless these
    are all plain numbers. `engine.graph.unfold` gives the products and sums back, one node each.
    Raises ValueError where the lengths differ, TypeError where something is no number.
    """
    return dots([Weighted(weights, bias)], inputs, relu)[0]


class Weighted(NamedTuple):
    """The weights and the bias of a `dot`, as a neuron has them."""

    weight: Sequence[Number]
    bias: Number | None


def dots(neurons: Sequence[Any], inputs: Sequence[Number], relu: bool = False) -> list[Tensor]:
    """A layer: `dot` with the `weight` and `bias` of each neuron, looking at the inputs once."""
    try:
        layer = shared_inputs(*_read(inputs))
        width = len(layer.values)
        units = _UNITS.get(width) or _units_of_width(width)
        try:
            outputs = units(neurons, layer, relu)
        except (AttributeError, TypeError, ValueError):  # something else than so many tensors
            outputs = units([_in_tensors(neuron, width) for neuron in neurons], layer, relu)
        return [out.detach() for out in outputs] if OFF and is_off() else outputs
    except NoValue as asked:
        return asked.dots(neurons, inputs, relu)


def shared_inputs(tensors: Sequence[Tensor], values: Sequence[float]) -> Inputs:
    inputs = _new(Inputs)
    inputs.tensors = tensors
    inputs.values = values
    inputs.push = _PUSHES.get(len(values), _first_push)
    inputs.sweep = None
    return inputs


def _in_tensors(neuron: Any, width: int) -> Weighted:
    """The neuron with constants for plain numbers; ValueError where it has not `width` weights."""
    if len(neuron.weight) != width:
        raise ValueError(f"dot: {len(neuron.weight)} weights for {width} inputs")
    bias = None if neuron.bias is None else as_tensors([neuron.bias])[0]
    return Weighted(as_tensors(neuron.weight), bias)


class Inputs:
    """The inputs that the neurons of a layer share: tensors, unless all are plain numbers."""

    __slots__ = ("push", "sweep", "tensors", "values")

    push: Push  # what sweeps back through one of the units
    sweep: object  # the last one that looked below them
    tensors: Sequence[Tensor]
    values: Sequence[float]

    def __reduce__(self) -> Any:  # for pickle, which cannot have `push`
        return shared_inputs, (self.tensors, self.values)


class Leaves(tuple[Tensor, ...]):
    """Weights that are known to be leaves, so that a sweep need not look below them."""

    __slots__ = ()


class Dot(Composite):
    """bias + w1 * x1 + w2 * x2 + ..., and relu of it for the operation "dot relu".

    The bias is `_first`, and `_by_first` the derivative by it, None under a relu that is off. The
    values of weights and inputs when this was computed are the derivatives of the products.
    """

    __slots__ = ("_bias_value", "_inputs", "_weight_values", "_weights")

    _bias_value: float
    _inputs: Inputs
    _weight_values: Sequence[float]
    _weights: Sequence[Tensor]

    @property
    def plain_inputs(self) -> Sequence[float]:
        """The inputs where they are plain numbers and so no operands; else nothing."""
        return () if self._inputs.tensors else self._inputs.values

    def _parts(self) -> tuple[Sequence[Tensor], ...]:
        return self._weights, self._inputs.tensors

    @property
    def _derivatives(self) -> tuple[rules.Derivative, ...]:
        factors = (1.0, *self._inputs.values)
        if self._inputs.tensors:
            factors += (*self._weight_values,)
        slope = self._by_first
        return tuple([None if slope is None else slope * factor for factor in factors])

    def _push(self) -> None:
        self._inputs.push(self)

    def _visit(self, sweep: object) -> Sequence[Tensor]:
        self._sweep = sweep
        self._grad = 0.0
        inputs, first = self._inputs, self._first
        leaves = self._weights.__class__ is Leaves
        if inputs.sweep is sweep and leaves and first._first is None:  # type: ignore[union-attr]
            return ()  # so it is for all units of a layer but one
        below = [first] if leaves else [first, *self._weights]
        if inputs.sweep is not sweep:  # the units of a layer share them
            inputs.sweep = sweep
            below += inputs.tensors
        return [x for x in below if x._first is not None and x._sweep is not sweep]  # type: ignore[union-attr, misc]

    def _unfold(self, operands: Sequence[Tensor]) -> Tensor:
        """Products, sums and a relu: bias + w1 * x1 + w2 * x2 + ..., from the left."""
        width = len(self._weight_values)
        total, weights = operands[0], operands[1 : width + 1]
        inputs = operands[width + 1 :] or [node("constant", x) for x in self._inputs.values]
        value = self._bias_value
        sums: list[Tensor] = []
        for weight, entry, w, x in zip(
            weights, inputs, self._weight_values, self._inputs.values, strict=True
        ):
            product = node("*", w * x, weight, entry, x, w)
            value += product._data
            total = node("+", value, total, product, 1.0, 1.0)
            sums += [product, total]
        off = self._op == "dot relu" and value <= 0.0
        for step in sums:
            step._grad = 0.0 if off else self._grad
        if self._op == "dot":
            return total
        out = node("relu", self._data, total, None, None if off else 1.0)
        out._grad = self._grad
        return out

    def _evaluate(self, operands: Sequence[float]) -> float:
        width = len(self._weight_values)
        total = operands[0]
        entries = operands[width + 1 :] or self._inputs.values
        for weight, entry in zip(operands[1 : width + 1], entries, strict=True):
            total += weight * entry
        return rules.relu(total) if self._op == "dot relu" else total


# What computes the units of a layer and what sweeps back through one. As in compiled training
# it is spelled out, once for each width, since loops take twice as long; beyond some width it is
# not worth it any more.
WIDEST = 64
Units = Callable[[Sequence[Any], Inputs, bool], list[Tensor]]
Push = Callable[[Dot], None]
_new = object.__new__
_UNITS: dict[int, Units] = {}
_PUSHES: dict[int, Push] = {}
_UNITS_SOURCE = """
def units(neurons, inputs, relu):
    {xs} = inputs.values
    op = "dot relu" if relu else "dot"
    outputs = []
    for neuron in neurons:
        row = neuron.weight
        start = neuron.bias
        if start is None:
            start = constant(0.0)
        {read}
        bias = start._data
        {add}
        out = new(Dot)
        out._data = total
        out._grad = 0.0
        out._op = op
        out._first = start
        out._sweep = None
        out._bias_value = bias
        out._weights = row if row.__class__ is Leaves else checked(row)
        out._weight_values = {ws}
        out._inputs = inputs
        if relu and total <= 0.0:  # off, and nothing flows; nan is not off
            if total < 0.0:
                out._data = 0.0
            # As in PyTorch, the gradient of 0 times an infinite operand is nan: let 0 flow.
            out._by_first = None if total > -inf else 0.0
        else:
            out._by_first = 1.0
        outputs.append(out)
    return outputs
"""
_PUSH_SOURCE = """
def push(out):
    slope = out._by_first
    gradient = out._grad
    if gradient == 0.0 and out._data - out._data == 0.0 != slope:
        return  # a finite sum has finite operands: all would get 0
    if slope == 0.0:
        gradient = 0.0
    out._first._grad += gradient
    {ws} = out._weight_values
    inputs = out._inputs
    {xs} = inputs.values
    weights = out._weights
    wild = gradient - gradient != 0.0  # inf or nan, of which 0 times is nan
    {to_weights}
    if inputs.tensors:
        {to_inputs}
"""


def _units_of_width(width: int) -> Units:
    """The function that computes units with `width` inputs: bias first, then left to right."""
    if 0 < width <= WIDEST:
        xs, ws = _names("x", width), _names("w", width)
        read = f"{ws} = row; " + "; ".join([f"w{i} = w{i}._data" for i in range(width)])
        add = "total = bias " + " ".join([f"+ w{i} * x{i}" for i in range(width)])
    else:
        xs, ws = "xs", "(*ws,)"
        read = "ws = [w._data for w in row]"
        add = "total = bias\n        for w, x in zip(ws, xs, strict=True): total += w * x"
    source = _UNITS_SOURCE.format(xs=xs, ws=ws, read=read, add=add)
    units: Units = _run(source)["units"]
    _UNITS[width] = units
    return units


def _first_push(out: Dot) -> None:
    """`push` of inputs whose width had none when they were read."""
    inputs = out._inputs
    width = len(inputs.values)
    inputs.push = _PUSHES.get(width) or _push_of_width(width)
    inputs.push(out)


def _push_of_width(width: int) -> Push:
    """The function that sweeps back through a unit: to its bias, its weights, its inputs."""
    if 0 < width <= WIDEST:
        xs, ws, gs = _names("x", width), _names("w", width), _names("g", width)
        lines = [f"if x{i} or wild: g{i}._grad += gradient * x{i}" for i in range(width)]
        to_weights = "\n    ".join([f"{gs} = weights", *lines])
        shares = [f"g{i}._grad += gradient * w{i}" for i in range(width)]
        to_inputs = "; ".join([f"{gs} = inputs.tensors", *shares])
    else:
        xs, ws = "xs", "ws"
        to_weights = "for g, x in zip(weights, xs): g._grad += gradient * x"
        to_inputs = "for g, w in zip(inputs.tensors, ws): g._grad += gradient * w"
    source = _PUSH_SOURCE.format(xs=xs, ws=ws, to_weights=to_weights, to_inputs=to_inputs)
    push: Push = _run(source)["push"]
    _PUSHES[width] = push
    return push


def _checked(row: Sequence[Any]) -> tuple[Tensor, ...]:
    """The weights of a unit as they are now; TypeError where one is no tensor."""
    for weight in row:
        if not isinstance(weight, Tensor):
            raise TypeError("not a tensor")
    return tuple(row)


def _names(letter: str, width: int) -> str:
    return f"({''.join([f'{letter}{i}, ' for i in range(width)])})"


def _run(source: str) -> dict[str, Any]:
    """The names that a program defines."""
    names: dict[str, Any] = {"__name__": __name__, "Dot": Dot, "Leaves": Leaves}
    names |= {"checked": _checked, "constant": constant, "inf": inf, "new": object.__new__}
    exec(source, names)
    return names


def _read(numbers: Sequence[Number]) -> tuple[Sequence[Tensor], Sequence[float]]:
    """Tensors and their values; no tensors where all are plain numbers, which need no node."""
    try:
        if isinstance(numbers[0], Tensor):
            return tuple(numbers), [tensor._data for tensor in numbers]  # type: ignore[arg-type, union-attr]
    except (AttributeError, IndexError):  # plain numbers among them, or nothing
        pass
    if set(map(type, numbers)) == {float}:
        return (), tuple(numbers)  # type: ignore[arg-type]
    tensors = as_tensors(numbers)
    plain = not any(isinstance(number, Tensor) for number in numbers)
    return () if plain else tensors, [tensor._data for tensor in tensors]


def as_tensors(values: Sequence[Number]) -> tuple[Tensor, ...]:
    """`values` with the plain numbers among them made constants; TypeError for anything else."""
    tensors: list[Tensor] = []
    for value in values:
        tensor = value if isinstance(value, Tensor) else constant(value)
        if tensor is None:
            raise TypeError(f"expected numbers, got {type(value).__name__}: {value!r}")
        tensors.append(tensor)
    return tuple(tensors)
