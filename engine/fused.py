"""A neuron's sum of products as one node: what makes networks quick to run step by step."""

from collections.abc import Sequence
from math import inf

from engine.tensor import Number, Tensor, as_tensors

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
    tensors, input_values = _read(inputs)
    new = object.__new__
    outputs: list[Tensor] = []
    for row, bias in zip(rows, biases, strict=True):
        weights, weight_values = _read(row)
        if not weights:  # plain numbers
            weights = as_tensors(row)
        if len(weight_values) != len(input_values):
            raise ValueError(f"dot: {len(weight_values)} weights for {len(input_values)} inputs")
        if isinstance(bias, Tensor):
            start = bias
        else:
            [start] = as_tensors((0.0 if bias is None else bias,))
        first = total = start.data
        for weight_value, input_value in zip(weight_values, input_values):  # noqa: B905 (speed)
            total += weight_value * input_value
        out = new(Tensor)
        out.grad = 0.0
        out._first = start
        out._second = out._sweep = out._by_second = None
        out._children = (start, *weights, *tensors)
        # The derivative by each child; then what `operand_values` wants besides.
        out._factors = (1.0, *input_values, *weight_values, first)
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


def operand_values(fused: Tensor) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    """What a fused node computed with: the bias (0 for none), the inputs, the weights."""
    width = len(fused._factors) // 2 - 1
    inputs, weights = fused._factors[1 : width + 1], fused._factors[width + 1 : -1]
    return fused._factors[-1], inputs, weights


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
