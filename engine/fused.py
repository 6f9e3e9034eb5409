"""A neuron's sum of products as one node: what makes networks quick to run step by step."""

from collections.abc import Sequence
from math import inf

from engine.tensor import Node, Number, Tensor, as_tensors

__all__ = ["Dot", "dot", "dot_rows"]


class Dot(Node):
    """A neuron's sum in one node: bias + w1 * x1 + w2 * x2 + ..., with a relu on it if wanted.

    `engine.graph.unfold` gives its products and sums back, one node each.

    weights, inputs, bias   what was multiplied and added; `inputs` is empty for plain numbers
    weight_values, input_values, bias_value   their values then
    total   the sum, before the relu
    """

    __slots__ = (
        "bias",
        "bias_value",
        "input_values",
        "inputs",
        "total",
        "weight_values",
        "weights",
    )

    weights: tuple[Tensor, ...]
    inputs: tuple[Tensor, ...]
    bias: Tensor | None
    bias_value: float
    weight_values: tuple[float, ...]
    input_values: tuple[float, ...]
    total: float


def dot(
    weights: Sequence[Number],
    inputs: Sequence[Number],
    bias: Number | None = None,
    relu: bool = False,
) -> Tensor:
    """bias + weights[0] * inputs[0] + ..., added from the left, as one node; relu of it if asked.

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
    tensors: tuple[Tensor, ...] = ()
    if any(isinstance(value, Tensor) for value in inputs):
        tensors = as_tensors(inputs)
        input_values = tuple([tensor.data for tensor in tensors])
    else:
        input_values = tuple([tensor.data for tensor in as_tensors(inputs)])
    outputs: list[Tensor] = []
    for row, bias in zip(rows, biases, strict=True):
        weights = as_tensors(row)
        if len(weights) != len(input_values):
            raise ValueError(f"dot: {len(weights)} weights for {len(input_values)} inputs")
        out = Dot()
        out.weights = weights
        out.inputs = tensors
        out.input_values = input_values
        out.weight_values = weight_values = tuple([weight.data for weight in weights])
        if bias is None:
            out.bias = None
            total = 0.0
            out._prev = weights + tensors
        else:
            out.bias = last = bias if isinstance(bias, Tensor) else as_tensors((bias,))[0]
            total = last.data
            out._prev = (*weights, *tensors, last)
        out.bias_value = total
        for weight, value in zip(weight_values, input_values, strict=True):
            total += weight * value
        out.total = total
        out.grad = 0.0
        out._sweep = 0
        if not relu:
            out._op = "dot"
            out.data = total
        else:
            out._op = "dot relu"
            out.data = 0.0 if total < 0.0 else total
        by_inputs = weight_values if tensors else ()
        by_bias = () if bias is None else (1.0,)
        if relu and total <= 0.0:  # off: nothing flows
            if total > -inf:
                out._derivatives = ()
            else:  # as in PyTorch, 0 times an infinite operand is nan
                values = input_values + by_inputs + by_bias
                out._derivatives = tuple([0.0 * value or None for value in values])
        else:
            out._derivatives = input_values + by_inputs + by_bias
        outputs.append(out)
    return outputs
