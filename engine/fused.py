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
    tensors, input_values = _read(inputs)
    layer = Inputs(tuple(tensors), tuple(input_values))
    width = len(input_values)
    units = _UNITS.get(width) or _units_of_width(width)
    try:
        return units(rows, biases, layer, relu)
    except (AttributeError, TypeError, ValueError):  # something else than so many tensors
        for row in rows:
            if len(row) != width:
                raise ValueError(f"dot: {len(row)} weights for {width} inputs") from None
        starts = as_tensors([0.0 if bias is None else bias for bias in biases])
        return units([as_tensors(row) for row in rows], starts, layer, relu)


# What computes the units of a layer. As in compiled training the sums are spelled out, once for
# each width, since loops take twice as long; beyond some width they are not worth it any more.
WIDEST = 64
Units = Callable[[Sequence[Any], Sequence[Any], Inputs, bool], list[Tensor]]
_UNITS: dict[int, Units] = {}
_SOURCE = """
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
        out._fused = (row if row.__class__ is Leaves else tuple(row), {ws}, inputs, bias)
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


def _units_of_width(width: int) -> Units:
    """The function that computes units with `width` inputs: bias first, then left to right."""
    if 0 < width <= WIDEST:
        columns = range(width)
        xs = "".join([f"x{i}, " for i in columns])
        ws = "".join([f"w{i}, " for i in columns])
        read = f"{ws} = row; " + "; ".join([f"w{i} = w{i}.data" for i in columns])
        add = "total = bias " + " ".join([f"+ w{i} * x{i}" for i in columns])
    else:
        xs, ws = "xs", "*ws,"
        read = "ws = [w.data for w in row]"
        add = "total = bias\n        for w, x in zip(ws, xs, strict=True): total += w * x"
    names: dict[str, Any] = {"__name__": __name__, "Leaves": Leaves, "Tensor": Tensor}
    names |= {"inf": inf, "new": object.__new__}
    exec(_SOURCE.format(xs=xs, ws=f"({ws})", read=read, add=add), names)
    _UNITS[width] = names["units"]
    return _UNITS[width]


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
    tensors = as_tensors(numbers)
    plain = not any(isinstance(number, Tensor) for number in numbers)
    return () if plain else tensors, [tensor.data for tensor in tensors]
