"""A neuron's sum of products as one node: what makes networks quick to run step by step."""

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from engine.tensor import Inputs, Leaves, Number, Tensor, as_tensors

__all__ = ["dot", "dot_rows", "operand_values"]


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
    return dot_rows([weights], inputs, [bias], relu)[0]


def dot_rows(
    rows: Sequence[Sequence[Number]],
    inputs: Sequence[Number],
    biases: Sequence[Number | None],
    relu: bool = False,
) -> list[Tensor]:
    """`dot` of each row of weights with the same inputs: a layer, looking at its inputs once."""
    if len(rows) != len(biases):
        raise ValueError(f"dot: {len(rows)} rows of weights for {len(biases)} biases")
    if biases and biases[0] is None:
        biases = as_tensors([0.0 if bias is None else bias for bias in biases])
    tensors, input_values = _read(inputs)
    width = len(input_values)
    layer = Inputs(tuple(tensors), tuple(input_values), _PUSHES.get(width, _first_push))
    units = _UNITS.get(width) or _units_of_width(width)
    try:
        return units(rows, biases, layer, relu)
    except (AttributeError, TypeError, ValueError):  # something else than so many tensors
        for row in rows:
            if len(row) != width:
                raise ValueError(f"dot: {len(row)} weights for {width} inputs") from None
        starts = as_tensors([0.0 if bias is None else bias for bias in biases])
        return units([as_tensors(row) for row in rows], starts, layer, relu)


# What computes the units of a layer and what sweeps back through one. As in compiled training
# it is spelled out, once for each width, since loops take twice as long; beyond some width it is
# not worth it any more.
WIDEST = 64
Units = Callable[[Sequence[Any], Sequence[Any], Inputs, bool], list[Tensor]]
Push = Callable[[Tensor], None]
_UNITS: dict[int, Units] = {}
_PUSHES: dict[int, Push] = {}
_UNITS_SOURCE = """
def units(rows, biases, inputs, relu):
    {xs} = inputs.values
    op = "dot relu" if relu else "dot"
    outputs = []
    for row, start in zip(rows, biases):
        {read}
        bias = start.data
        {add}
        out = new(Tensor)
        out.data = total
        out.grad = 0.0
        out._op = op
        out._first = start
        out._second = out._sweep = out._by_second = None
        out._fused = (row if row.__class__ is Leaves else checked(row), {ws}, inputs, bias)
        if relu and total <= 0.0:  # off, and nothing flows; nan is not off
            if total < 0.0:
                out.data = 0.0
            # As in PyTorch, the gradient of 0 times an infinite operand is nan: let 0 flow.
            out._by_first = None if total > -inf else 0.0
        else:
            out._by_first = 1.0
        outputs.append(out)
    return outputs
"""
_PUSH_SOURCE = """
def push(out):
    weights, {ws}, inputs, _ = out._fused
    {xs} = inputs.values
    gradient = out.grad
    if gradient == 0.0 and out.data - out.data == 0.0 != out._by_first:
        return  # a finite sum has finite operands: all would get 0
    if out._by_first == 0.0:
        gradient = 0.0
    out._first.grad += gradient
    wild = gradient - gradient != 0.0  # inf or nan, of which 0 times is nan
    {to_weights}
    if inputs.tensors:
        {to_inputs}
"""


def _units_of_width(width: int) -> Units:
    """The function that computes units with `width` inputs: bias first, then left to right."""
    if 0 < width <= WIDEST:
        xs, ws = _names("x", width), _names("w", width)
        read = f"{ws} = row; " + "; ".join([f"w{i} = w{i}.data" for i in range(width)])
        add = "total = bias " + " ".join([f"+ w{i} * x{i}" for i in range(width)])
    else:
        xs, ws = "xs", "(*ws,)"
        read = "ws = [w.data for w in row]"
        add = "total = bias\n        for w, x in zip(ws, xs, strict=True): total += w * x"
    source = _UNITS_SOURCE.format(xs=xs, ws=ws, read=read, add=add)
    units: Units = _run(source)["units"]
    _UNITS[width] = units
    return units


def _first_push(out: Tensor) -> None:
    """`push` of inputs whose width had none when they were read."""
    assert out._fused is not None
    inputs = out._fused[2]
    width = len(inputs.values)
    inputs.push = _PUSHES.get(width) or _push_of_width(width)
    inputs.push(out)


def _push_of_width(width: int) -> Push:
    """The function that sweeps back through a unit: to its bias, its weights, its inputs."""
    if 0 < width <= WIDEST:
        xs, ws, gs = _names("x", width), _names("w", width), _names("g", width)
        lines = [f"if x{i} or wild: g{i}.grad += gradient * x{i}" for i in range(width)]
        to_weights = "\n    ".join([f"{gs} = weights", *lines])
        shares = [f"g{i}.grad += gradient * w{i}" for i in range(width)]
        to_inputs = "; ".join([f"{gs} = inputs.tensors", *shares])
    else:
        xs, ws = "xs", "ws"
        to_weights = "for g, x in zip(weights, xs): g.grad += gradient * x"
        to_inputs = "for g, w in zip(inputs.tensors, ws): g.grad += gradient * w"
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
    names: dict[str, Any] = {"__name__": __name__, "Leaves": Leaves, "Tensor": Tensor}
    names |= {"checked": _checked, "inf": inf, "new": object.__new__}
    exec(source, names)
    return names


def operand_values(fused: Tensor) -> tuple[float, Sequence[float], Sequence[float]]:
    """What a fused node computed with: the bias (0 for none), the inputs, the weights."""
    assert fused._fused is not None
    _, weight_values, inputs, bias = fused._fused
    return bias, inputs.values, weight_values


def _read(numbers: Sequence[Number]) -> tuple[Sequence[Tensor], list[float]]:
    """Tensors and their values; no tensors where all are plain numbers, which need no node."""
    try:
        if type(numbers[0]) is Tensor:
            return numbers, [tensor.data for tensor in numbers]  # type: ignore[return-value, union-attr]
    except (AttributeError, IndexError):  # plain numbers among them, or nothing
        pass
    if set(map(type, numbers)) == {float}:
        return (), list(numbers)  # type: ignore[arg-type]
    tensors = as_tensors(numbers)
    plain = not any(isinstance(number, Tensor) for number in numbers)
    return () if plain else tensors, [tensor.data for tensor in tensors]
