"""The operations of `Tensor` as functions that take tensors and plain numbers alike."""

from collections.abc import Sequence

from engine.fused import as_tensors, dot
from engine.tensor import Number, Tensor

__all__ = [
    "absolute",
    "binary_cross_entropy",
    "clamp",
    "cos",
    "dot",
    "exp",
    "largest",
    "leaky_relu",
    "log",
    "log1p",
    "maximum",
    "minimum",
    "power",
    "relu",
    "sigmoid",
    "sin",
    "softplus",
    "sqrt",
    "tanh",
]


def _tensor(value: Number) -> Tensor:
    return value if isinstance(value, Tensor) else as_tensors([value])[0]


def exp(x: Number) -> Tensor:
    """e to the x; inf where that is beyond the floats."""
    return _tensor(x).exp()


def log(x: Number) -> Tensor:
    """The natural logarithm; log(0) is -inf, of a negative number nan."""
    return _tensor(x).log()


def log1p(x: Number) -> Tensor:
    """log(1 + x), exact for small x."""
    return _tensor(x).log1p()


def sqrt(x: Number) -> Tensor:
    """The square root; nan of a negative number."""
    return _tensor(x).sqrt()


def sin(x: Number) -> Tensor:
    """The sine of x in radians."""
    return _tensor(x).sin()


def cos(x: Number) -> Tensor:
    """The cosine of x in radians."""
    return _tensor(x).cos()


def tanh(x: Number) -> Tensor:
    """The hyperbolic tangent, between -1 and 1."""
    return _tensor(x).tanh()


def sigmoid(x: Number) -> Tensor:
    """1 / (1 + e^-x), between 0 and 1."""
    return _tensor(x).sigmoid()


def relu(x: Number) -> Tensor:
    """max(x, 0), with derivative 0 at 0."""
    return _tensor(x).relu()


def leaky_relu(x: Number, slope: float = 0.01) -> Tensor:
    """x, or slope * x where x is not above 0; the slope gets no gradient."""
    return _tensor(x).leaky_relu(slope)


def softplus(x: Number) -> Tensor:
    """log(1 + e^x), a smooth relu; x itself beyond 20, as in PyTorch."""
    return _tensor(x).softplus()


def absolute(x: Number) -> Tensor:
    """|x|, with derivative 0 at 0."""
    return _tensor(x).abs()


def maximum(first: Number, second: Number) -> Tensor:
    """The greater of two; equals share the gradient evenly (torch.maximum)."""
    return _tensor(first).max(second)


def minimum(first: Number, second: Number) -> Tensor:
    """The lesser of two; equals share the gradient evenly (torch.minimum)."""
    return _tensor(first).min(second)


def binary_cross_entropy(probability: Number, target: Number) -> Tensor:
    """-(t log p + (1 - t) log(1 - p)) as torch.nn.BCELoss has it, for p from 0 to 1."""
    return _tensor(probability)._bce(target)


def clamp(x: Number, min: float | None = None, max: float | None = None) -> Tensor:
    """x, at least `min` and at most `max`; beyond a bound no gradient flows."""
    return _tensor(x).clamp(min, max)


def largest(values: Sequence[Number]) -> Tensor:
    """The largest of some numbers, through which no gradient flows; nan where one is."""
    first, *others = values
    found = _tensor(first)
    for value in others or [first]:  # one alone is compared with itself, which cuts its path
        found = found._largest(value)
    return found


def power(base: Number, exponent: Number) -> Tensor:
    """base ** exponent, differentiable in both; nan for a negative base and a fraction."""
    return _tensor(base) ** exponent
