"""A neuron's sum of products as one node: what makes networks quick to run step by step."""

from collections.abc import Sequence
from math import inf, isfinite, nan

from engine import rules
from engine.tensor import Number, Tensor, as_tensors

__all__ = ["dot", "dot_rows"]


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
    tensors, input_values = _read_inputs(inputs)
    new = object.__new__
    outputs: list[Tensor] = []
    for row, bias in zip(rows, biases, strict=True):
        weights, weight_values = _read(row)
        if len(weight_values) != len(input_values):
            raise ValueError(f"dot: {len(weight_values)} weights for {len(input_values)} inputs")
        start = bias if isinstance(bias, Tensor) else as_tensors((bias or 0.0,))[0]
        total = start.data
        for weight_value, input_value in zip(weight_values, input_values):  # noqa: B905 (speed)
            total += weight_value * input_value
        # The derivative by each child in turn; without input tensors it ends at the weights.
        derivatives = (1.0, *input_values, *weight_values)
        out = new(Tensor)
        out.grad = 0.0
        out._prev = (start, *weights, *tensors)
        out._fused = (start.data, derivatives)
        out._sweep = None
        if not relu:
            out._op = "dot"
            out.data = total
            out._derivatives = derivatives
        elif total <= 0.0:  # off, and nothing flows; nan is not off
            out._op = "dot relu"
            out.data = 0.0 if total < 0.0 else total
            out._derivatives = () if total > -inf else _beyond_infinity(derivatives)
        else:
            out._op = "dot relu"
            out.data = total
            out._derivatives = derivatives
        outputs.append(out)
    return outputs


def _read_inputs(inputs: Sequence[Number]) -> tuple[Sequence[Tensor], list[float]]:
    """The inputs as tensors (none where all are plain numbers, which get no node) and values."""
    tensors = as_tensors(inputs)
    with_nodes = tensors if any(isinstance(value, Tensor) for value in inputs) else ()
    return with_nodes, [tensor.data for tensor in tensors]


def _read(row: Sequence[Number]) -> tuple[Sequence[Tensor], list[float]]:
    """A row of weights as tensors and their values."""
    try:
        return row, [weight.data for weight in row]  # type: ignore[return-value, union-attr]
    except AttributeError:  # plain numbers among them
        tensors = as_tensors(row)
        return tensors, [tensor.data for tensor in tensors]


def _beyond_infinity(derivatives: tuple[float, ...]) -> tuple[rules.Derivative, ...]:
    """Of a relu off at -inf: as in PyTorch, 0 times an infinite operand is nan, not 0."""
    return tuple([None if isfinite(value) else nan for value in derivatives])
