"""The rules of calculus: one row per operation, with its name, its value, its local derivatives.

A rule works on plain floats and knows nothing of graphs. `Tensor` makes nodes from the rows, the
gradient check evaluates recorded graphs with them, compiled training calls them. For speed, the
commonest are spelled out again in engine/tensor.py and engine/compile/spelling.py: who changes a
row changes it there, and tests/engine/test_tensor_rules.py compares the three bit for bit.

Values are IEEE's, never a Python exception: exp(1000) is inf, log(0) is -inf, sqrt(-1) is nan.
Derivatives at kinks and edges are PyTorch's (tools/autograd/derivatives.yaml and
FunctionsManual.cpp in its sources). A derivative of None says that the rule cuts the path there:
nothing flows back, not even nan from 0 * inf.

A derivative is written in operators, comparisons and the functions below, nothing else: then
engine/higher_order.py can read the same line with tensors, for derivatives of derivatives.
"""

import math
from collections.abc import Callable
from math import inf, nan

Derivative = float | None


class Unary:
    """y = value(x), with dy/dx = derivative(x, y)."""

    __slots__ = ("derivative", "name", "value")

    def __init__(
        self,
        name: str,
        value: Callable[[float], float],
        derivative: Callable[[float, float], Derivative],
    ) -> None:
        self.name = name
        self.value = value
        self.derivative = derivative


class Binary:
    """y = value(a, b), with dy/da = by_first(a, b, y) and dy/db = by_second(a, b, y)."""

    __slots__ = ("by_first", "by_second", "name", "value")

    def __init__(
        self,
        name: str,
        value: Callable[[float, float], float],
        by_first: Callable[[float, float, float], Derivative],
        by_second: Callable[[float, float, float], Derivative],
    ) -> None:
        self.name = name
        self.value = value
        self.by_first = by_first
        self.by_second = by_second


# Values: Python's arithmetic with IEEE's answers where Python raises.


def divide(a: float, b: float) -> float:
    """a / b; x / 0 is inf with the sign of both, 0 / 0 is nan."""
    if b != 0.0:
        return a / b
    if a == 0.0 or a != a:
        return nan
    return math.copysign(inf, a) * math.copysign(1.0, b)


def power(base: float, exponent: float) -> float:
    """base ** exponent; a negative base with a fractional exponent is nan, anything ** 0 is 1."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -inf if base < 0.0 and exponent % 2.0 == 1.0 else inf
    except ValueError:
        if base != 0.0:
            return nan
        return math.copysign(inf, base) if exponent % 2.0 == 1.0 else inf


def remainder(a: float, b: float) -> float:
    """What is left when b is taken from a as often as goes, with the sign of b; nan for b = 0."""
    return a % b if b != 0.0 else nan


def floor_divide(a: float, b: float) -> float:
    """How often b goes into a, a whole number; x / 0 as `divide` has it."""
    return a // b if b != 0.0 else divide(a, b)


def exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def log(x: float) -> float:
    if x > 0.0:
        return math.log(x)
    return -inf if x == 0.0 else nan


def log1p(x: float) -> float:
    """log(1 + x), exact for small x."""
    if x > -1.0:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


def sqrt(x: float) -> float:
    return nan if x < 0.0 else math.sqrt(x)


def sin(x: float) -> float:
    return math.sin(x) if math.isfinite(x) else nan


def cos(x: float) -> float:
    return math.cos(x) if math.isfinite(x) else nan


def sigmoid(x: float) -> float:
    return 1.0 / (1.0 + exp(-x))


def softplus(x: float) -> float:
    """log(1 + e^x); beyond 20 simply x, as torch.nn.functional.softplus has it."""
    return x if x > 20.0 else math.log1p(exp(x))


def relu(x: float) -> float:
    return 0.0 if x < 0.0 else x


def leaky_relu(x: float, slope: float) -> float:
    return x if x > 0.0 else x * slope


def maximum(a: float, b: float) -> float:
    """The greater of two; nan where either is (torch.maximum)."""
    if a != a or b != b:
        return nan
    return b if b > a else a


def minimum(a: float, b: float) -> float:
    """The lesser of two; nan where either is (torch.minimum)."""
    if a != a or b != b:
        return nan
    return b if b < a else a


def clamp_min(x: float, low: float) -> float:
    """x, at least low; nan where x is."""
    return low if x < low else x


def clamp_max(x: float, high: float) -> float:
    """x, at most high; nan where x is."""
    return high if x > high else x


def bce(probability: float, target: float) -> float:
    """-(t log p + (1 - t) log(1 - p)), each logarithm cut at -100, as torch.nn.BCELoss has it."""
    rest, hit = max(log1p(-probability), -100.0), max(log(probability), -100.0)
    return (target - 1.0) * rest - target * hit + 0.0  # not -0.0 for a perfect prediction


# Derivatives that need more than an expression.


def nothing(a: float, b: float, y: float) -> Derivative:
    """The derivative by an operand that is a constant by decree."""
    return None


def _power_by_base(base: float, exponent: float, _: float) -> Derivative:
    return None if exponent == 0.0 else exponent * power(base, exponent - 1.0)


def _power_by_exponent(base: float, exponent: float, result: float) -> float:
    return 0.0 if base == 0.0 and exponent >= 0.0 else result * log(base)


def _softplus_derivative(x: float, _: float) -> float:
    if x > 20.0:
        return 1.0
    grown = exp(x)
    return grown / (grown + 1.0)


def _bce_by_probability(probability: float, target: float, _: float) -> float:
    """(p - t) / (p (1 - p)), the product at least 1e-12: steep but finite where p is 0 or 1."""
    return (probability - target) / max((1.0 - probability) * probability, 1e-12)


def _bce_by_target(probability: float, target: float, _: float) -> float:
    return log1p(-probability) - log(probability)


def _share_of_greater(a: float, b: float) -> Derivative:
    """What a maximum hands to `a`: all of it, a half between equals, nothing to the lesser."""
    return None if a < b else 0.5 if a == b else 1.0


# The table. What is quick and common comes first, as in micrograd.

ADD = Binary("+", lambda a, b: a + b, lambda a, b, y: 1.0, lambda a, b, y: 1.0)
SUBTRACT = Binary("-", lambda a, b: a - b, lambda a, b, y: 1.0, lambda a, b, y: -1.0)
MULTIPLY = Binary("*", lambda a, b: a * b, lambda a, b, y: b, lambda a, b, y: a)
DIVIDE = Binary("/", divide, lambda a, b, y: divide(1.0, b), lambda a, b, y: -divide(y, b))
REMAINDER = Binary("%", remainder, lambda a, b, y: 1.0, lambda a, b, y: -floor_divide(a, b))
POWER = Binary("**", power, _power_by_base, _power_by_exponent)
MAXIMUM = Binary(
    "max", maximum, lambda a, b, y: _share_of_greater(a, b), lambda a, b, y: _share_of_greater(b, a)
)
MINIMUM = Binary(
    "min", minimum, lambda a, b, y: _share_of_greater(b, a), lambda a, b, y: _share_of_greater(a, b)
)
# The slope is a constant, as in PyTorch: no gradient flows to it.
LEAKY_RELU = Binary(
    "leaky_relu",
    leaky_relu,
    lambda x, slope, y: 1.0 if x > 0.0 else slope,
    nothing,
)
# So are the bounds; at a bound the slope is 1, also PyTorch's.
CLAMP_MIN = Binary("clamp_min", clamp_min, lambda x, low, y: 1.0 if x >= low else None, nothing)
CLAMP_MAX = Binary("clamp_max", clamp_max, lambda x, high, y: 1.0 if x <= high else None, nothing)
# The greatest of some scores, which softmax subtracts from all of them. That changes nothing, so
# no gradient flows through it.
LARGEST = Binary("largest", maximum, nothing, nothing)
BCE = Binary("bce", bce, _bce_by_probability, _bce_by_target)

NEGATE = Unary("neg", lambda x: -x, lambda x, y: -1.0)
RELU = Unary("relu", relu, lambda x, y: None if x <= 0.0 else 1.0)
EXP = Unary("exp", exp, lambda x, y: y)
LOG = Unary("log", log, lambda x, y: divide(1.0, x))
LOG1P = Unary("log1p", log1p, lambda x, y: divide(1.0, 1.0 + x))
SQRT = Unary("sqrt", sqrt, lambda x, y: divide(1.0, 2.0 * y))
SIN = Unary("sin", sin, lambda x, y: cos(x))
COS = Unary("cos", cos, lambda x, y: -sin(x))
TANH = Unary("tanh", math.tanh, lambda x, y: 1.0 - y * y)
SIGMOID = Unary("sigmoid", sigmoid, lambda x, y: (1.0 - y) * y)
SOFTPLUS = Unary("softplus", softplus, _softplus_derivative)
ABS = Unary("abs", abs, lambda x, y: 1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0)

BINARY = {
    rule.name: rule
    for rule in (
        *(ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, POWER, MAXIMUM, MINIMUM),
        *(LEAKY_RELU, CLAMP_MIN, CLAMP_MAX, LARGEST, BCE),
    )
}
UNARY = {
    rule.name: rule
    for rule in (NEGATE, RELU, EXP, LOG, LOG1P, SQRT, SIN, COS, TANH, SIGMOID, SOFTPLUS, ABS)
}
