"""Random scalar programs, and two ways to run them that share nothing with the engine.

A program is a list of leaf values and a list of steps; each step takes earlier values by number,
so leaves and intermediate values are used again and again. The last value is the output.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st


class Step(NamedTuple):
    operation: str
    operands: tuple[int, ...]
    number: float


class RandomProgram(NamedTuple):
    leaves: tuple[float, ...]
    steps: tuple[Step, ...]


UNARY = [
    "neg",
    "abs",
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "relu",
    "leaky_relu",
    "softplus",
    "add_number",
    "subtract_from",
    "multiply_number",
    "divide_into",
    "power_number",
    "number_power",
]
BINARY = ["add", "sub", "mul", "div", "pow", "max", "min"]
WIDE = ["dot", "dot_relu"]
EDGES = (0.0, -0.0, math.inf, -math.inf, math.nan, 1e308, -1e308, 1e-320, 1.0, -1.0, 2.0, 0.5)
NUMBERS = (2.0, 0.5, -1.0, 3.0, 0.0, 1.0, -2.5)

tame_values = st.floats(-3, 3, allow_subnormal=False)
edge_values = st.sampled_from(EDGES) | tame_values


@st.composite
def random_programs(
    draw: st.DrawFn, values: st.SearchStrategy[float] = tame_values, most_steps: int = 12
) -> RandomProgram:
    leaves = tuple(draw(st.lists(values, min_size=1, max_size=4)))
    steps: list[Step] = []
    for made in range(len(leaves), len(leaves) + draw(st.integers(1, most_steps))):
        operation = draw(st.sampled_from([*UNARY, *BINARY, *BINARY, *WIDE]))
        arity = 1 if operation in UNARY else 2 if operation in BINARY else 5
        operands = tuple(draw(st.integers(0, made - 1)) for _ in range(arity))
        steps.append(Step(operation, operands, draw(st.sampled_from(NUMBERS))))
    return RandomProgram(leaves, tuple(steps))


def run(program: RandomProgram, leaves: Sequence[Any], operations: Mapping[str, Any]) -> list[Any]:
    """All values of the program, leaves first, in the arithmetic of `operations`."""
    values = list(leaves)
    for step in program.steps:
        operands = [values[index] for index in step.operands]
        if step.operation in WIDE:
            first, second, third, fourth, bias = operands
            values.append(operations[step.operation]((first, second), (third, fourth), bias))
        elif step.operation in BINARY:
            values.append(operations[step.operation](*operands))
        else:
            values.append(operations[step.operation](operands[0], step.number))
    return values


class Unclear(Exception):  # noqa: N818 - not an error: the two sides may differ here
    """A value too close to a kink, beyond the floats, or too badly conditioned to compare."""


class Dual:
    """A value with its derivatives by every leaf, carried forward: the other way to differentiate.

    `sizes` are the derivatives with every term's sign dropped: how much could have cancelled.
    `doubt` bounds the rounding error of the value. Only for finite programs away from kinks.
    """

    def __init__(
        self, value: float, partials: list[float], sizes: list[float], doubt: float
    ) -> None:
        numbers = [value, doubt, *partials, *sizes]
        if not all(math.isfinite(number) and abs(number) < 1e100 for number in numbers):
            raise Unclear
        if doubt > 1e-13 * abs(value):
            raise Unclear
        self.value = value
        self.partials = partials
        self.sizes = sizes
        self.doubt = doubt


def dual_leaves(leaves: Sequence[float]) -> list[Dual]:
    return [
        Dual(value, unit := [float(i == j) for j in range(len(leaves))], unit, 0.0)
        for i, value in enumerate(leaves)
    ]


def combine(value: Callable[[], float], *terms: tuple[Dual, Callable[[], float]]) -> Dual:
    """The chain rule, forward: each operand with the derivative by it."""
    try:
        result = value()
        slopes = [slope() for _, slope in terms]
    except (ArithmeticError, ValueError, TypeError) as error:
        raise Unclear from error
    if isinstance(result, complex) or any(isinstance(slope, complex) for slope in slopes):
        raise Unclear
    operands = [operand for operand, _ in terms]
    count = len(operands[0].partials)
    pairs = list(zip(slopes, operands, strict=True))
    return Dual(
        result,
        [math.fsum(slope * x.partials[i] for slope, x in pairs) for i in range(count)],
        [math.fsum(abs(slope) * x.sizes[i] for slope, x in pairs) for i in range(count)],
        1.2e-16 * abs(result) + sum(abs(slope) * x.doubt for slope, x in pairs),
    )


def away(first: float, second: float) -> bool:
    if abs(first - second) <= 1e-6 * max(abs(first), abs(second), 1.0):
        raise Unclear
    return first > second


def dual_dot(weights: Sequence[Dual], inputs: Sequence[Dual], bias: Dual) -> Dual:
    total = bias
    for weight, entry in zip(weights, inputs, strict=True):
        total = DUAL["add"](total, DUAL["mul"](weight, entry))
    return total


def dual_relu(x: Dual, _: float = 0.0) -> Dual:
    on = away(x.value, 0.0)
    return combine(lambda: x.value if on else 0.0, (x, lambda: 1.0 if on else 0.0))


def dual_pick(greater: bool) -> Callable[[Dual, Dual], Dual]:
    def pick(a: Dual, b: Dual) -> Dual:
        return a if away(a.value, b.value) == greater else b

    return pick


def unit(x: Dual) -> float:
    return 1.0 / (1.0 + math.exp(-x.value))


DUAL: dict[str, Callable[..., Dual]] = {
    "neg": lambda x, n: combine(lambda: -x.value, (x, lambda: -1.0)),
    "abs": lambda x, n: combine(
        lambda: abs(x.value), (x, lambda: 1.0 if away(x.value, 0.0) else -1.0)
    ),
    "exp": lambda x, n: combine(lambda: math.exp(x.value), (x, lambda: math.exp(x.value))),
    "log": lambda x, n: combine(lambda: math.log(x.value), (x, lambda: 1.0 / x.value)),
    "sqrt": lambda x, n: combine(lambda: math.sqrt(x.value), (x, lambda: 0.5 * x.value**-0.5)),
    "sin": lambda x, n: combine(lambda: math.sin(x.value), (x, lambda: math.cos(x.value))),
    "cos": lambda x, n: combine(lambda: math.cos(x.value), (x, lambda: -math.sin(x.value))),
    "tanh": lambda x, n: combine(
        lambda: math.tanh(x.value),
        # Beyond 4 what is left of 1 - tanh² has lost too many digits to compare.
        (x, lambda: 1 / math.cosh(x.value) ** 2 if away(4.0, abs(x.value)) else math.nan),
    ),
    "sigmoid": lambda x, n: combine(lambda: unit(x), (x, lambda: (1.0 - unit(x)) * unit(x))),
    "relu": dual_relu,
    "leaky_relu": lambda x, n: combine(
        lambda: x.value if away(x.value, 0.0) else n * x.value,
        (x, lambda: 1.0 if away(x.value, 0.0) else n),
    ),
    "softplus": lambda x, n: combine(
        lambda: x.value if away(x.value, 20.0) else math.log1p(math.exp(x.value)),
        (x, lambda: 1.0 if away(x.value, 20.0) else unit(x)),
    ),
    "add_number": lambda x, n: combine(lambda: n + x.value, (x, lambda: 1.0)),
    "subtract_from": lambda x, n: combine(lambda: n - x.value, (x, lambda: -1.0)),
    "multiply_number": lambda x, n: combine(lambda: n * x.value, (x, lambda: n)),
    "divide_into": lambda x, n: combine(lambda: n / x.value, (x, lambda: -n / x.value**2)),
    "power_number": lambda x, n: combine(
        lambda: x.value**n, (x, lambda: n * x.value ** (n - 1) if n else 0.0)
    ),
    "number_power": lambda x, n: combine(lambda: n**x.value, (x, lambda: n**x.value * math.log(n))),
    "add": lambda a, b: combine(lambda: a.value + b.value, (a, lambda: 1.0), (b, lambda: 1.0)),
    "sub": lambda a, b: combine(lambda: a.value - b.value, (a, lambda: 1.0), (b, lambda: -1.0)),
    "mul": lambda a, b: combine(
        lambda: a.value * b.value, (a, lambda: b.value), (b, lambda: a.value)
    ),
    "div": lambda a, b: combine(
        lambda: a.value / b.value, (a, lambda: 1 / b.value), (b, lambda: -a.value / b.value**2)
    ),
    "pow": lambda a, b: combine(
        lambda: a.value**b.value,
        (a, lambda: b.value * a.value ** (b.value - 1)),
        (b, lambda: a.value**b.value * math.log(a.value)),
    ),
    "max": dual_pick(True),
    "min": dual_pick(False),
    "dot": dual_dot,
    "dot_relu": lambda w, x, b: dual_relu(dual_dot(w, x, b)),
}
