"""How single operations and their derivatives look as Python source.

The formulas are those of engine/rules.py, spelled out where that is quicker than a call; so are
some in engine/tensor.py, and tests/engine/test_tensor_rules.py holds each against its row, bit for
bit. Any other rule is called by name. Spelled formulas may raise where a rule gives inf or nan, or
gets one on the way (a sigmoid of -1000): the stepper then does the batch again in the eager way.
"""

import math
from math import inf, nan
from typing import Any

from engine import rules

# name -> (value, derivative by each operand); {a} and {b} are the operands, {y} the result, and
# {g} the gradient of the result.
VALUES = {
    "+": "{a} + {b}",
    "-": "{a} - {b}",
    "*": "{a} * {b}",
    "neg": "-{a}",
    "/": "{a} / {b}",
    "**": "pow({a}, {b})",
    "largest": "({b} if {b} > {a} or {b} != {b} else {a})",
    "relu": "0.0 if {a} < 0.0 else {a}",
    "leaky_relu": "{a} if {a} > 0.0 else {a} * {b}",
    "exp": "exp({a})",
    "log": "log({a})",
    "tanh": "tanh({a})",
    "sigmoid": "1.0 / (1.0 + exp(-{a}))",
    "softplus": "{a} if {a} > 20.0 else log1p(exp({a}))",
}
FLOWS = {
    "+": ("{g}", "{g}"),
    "-": ("{g}", "-{g}"),
    "*": ("{g} * {b}", "{g} * {a}"),
    "/": ("{g} * (1.0 / {b})", "{g} * -({y} / {b})"),
    "neg": ("-{g}",),
    "relu": ("(0.0 if {a} <= 0.0 else {g})",),
    "leaky_relu": ("({g} if {a} > 0.0 else {g} * {b})", "0.0"),
    "exp": ("{g} * {y}",),
    "log": ("{g} * (1.0 / {a})",),
    "tanh": ("{g} * (1.0 - {y} * {y})",),
    "sigmoid": ("{g} * ((1.0 - {y}) * {y})",),
}
SQUARED = "{g} * (2.0 * {a})"

_NAMES = {"/": "divide", "%": "remainder", "**": "power", "max": "maximum", "min": "minimum"}


def flow(gradient: float, derivative: float | None) -> float:
    """What goes back through a rule; nothing through a path that the rule cuts."""
    return 0.0 if derivative is None else gradient * derivative


def namespace() -> dict[str, Any]:
    """Everything that generated source refers to by name."""
    names: dict[str, Any] = {
        "inf": inf,
        "nan": nan,
        "flow": flow,
        "pow": math.pow,
        "exp": math.exp,
        "log": math.log,
        "tanh": math.tanh,
        "log1p": math.log1p,
        "sqrt": math.sqrt,
    }
    for name, unary in rules.UNARY.items():
        names[f"{name}_value"] = unary.value
        names[f"{name}_slope"] = unary.derivative
    for name, binary in rules.BINARY.items():
        names[f"{_NAMES.get(name, name)}_value"] = binary.value
        names[f"{_NAMES.get(name, name)}_slope_a"] = binary.by_first
        names[f"{_NAMES.get(name, name)}_slope_b"] = binary.by_second
    return names


def literal(value: float) -> str:
    """A float as source; negative numbers in brackets."""
    return repr(value) if math.copysign(1.0, value) > 0 or value != value else f"({value!r})"


def value_of(name: str, operands: list[str]) -> str:
    """The source of an operation's value."""
    a, b = operands[0], operands[-1]
    if name in VALUES:
        return VALUES[name].format(a=a, b=b)
    if name in rules.UNARY:
        return f"{name}_value({a})"
    return f"{_NAMES.get(name, name)}_value({a}, {b})"


def flow_to(name: str, position: int, operands: list[str], result: str, gradient: str) -> str:
    """The source of what goes back from an operation to its operand at `position`."""
    a, b = operands[0], operands[-1]
    if name == "**" and position == 0 and b == "2.0":
        return SQUARED.format(g=gradient, a=a)
    if name in FLOWS:
        return FLOWS[name][position].format(a=a, b=b, y=result, g=gradient)
    if name in rules.UNARY:
        return f"flow({gradient}, {name}_slope({a}, {result}))"
    side = "ab"[position]
    return f"flow({gradient}, {_NAMES.get(name, name)}_slope_{side}({a}, {b}, {result}))"


def cut(name: str, position: int) -> bool:
    """Whether nothing ever flows back to the operand at `position`."""
    rule = rules.BINARY.get(name)
    return rule is not None and (rule.by_first, rule.by_second)[position] is rules.nothing


def known(name: str) -> bool:
    return name in rules.UNARY or name in rules.BINARY
