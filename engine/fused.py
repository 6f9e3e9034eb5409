"""A neuron's sum of products as one node: what makes networks quick to run step by step."""

import sys
from collections.abc import Iterable, Sequence
from math import inf
from operator import mul

from engine.tensor import Inputs, Number, Tensor, as_tensors

__all__ = ["dot", "dot_rows", "operand_values"]


def _added(terms: Iterable[float], start: float) -> float:
    """start + the terms, from the left: what the built-in sum does before Python 3.12.

    From then on that compensates for rounding, which compiled training does not.
    """
    for term in terms:
        start += term
    return start


added = sum if sys.version_info < (3, 12) else _added


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
    tensors, input_values = _read(inputs)
    layer = Inputs(tuple(tensors), input_values)
    width = len(input_values)
    new = object.__new__
    outputs: list[Tensor] = []
    for row, bias in zip(rows, biases, strict=True):
        weights, weight_values = _read(row)
        if not weights:  # plain numbers
            weights = as_tensors(row)
        if len(weight_values) != width:
            raise ValueError(f"dot: {len(weight_values)} weights for {width} inputs")
        if isinstance(bias, Tensor):
            start = bias
        else:
            [start] = as_tensors((0.0 if bias is None else bias,))
        first = start.data
        total = added(map(mul, weight_values, input_values), first)
        out = new(Tensor)
        out.grad = 0.0
        out._first = start
        out._second = out._sweep = out._by_second = None
        out._fused = (tuple(weights), weight_values, layer, first)
        if not relu:
            out._op = "dot"
            out.data = total
            out._by_first = 1.0
        elif total <= 0.0:  # off, and nothing flows; nan is not off
            out._op = "dot relu"
            out.data = 0.0 if total < 0.0 else total
            # As in PyTorch, the gradient of 0 times an infinite operand is nan: let 0 flow.
            out._by_first = None if total > -inf else 0.0
        else:
            out._op = "dot relu"
            out.data = total
            out._by_first = 1.0
        outputs.append(out)
    return outputs


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
