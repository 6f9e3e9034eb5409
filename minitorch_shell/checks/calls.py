"""Calls before anything runs: numbers of arguments, and names of those that are named."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.catalogue.builtins import Builtin
from minitorch_shell.catalogue.meant import close_word
from minitorch_shell.checks.findings import Findings
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.derived import no_function, several
from minitorch_shell.values.function import wrong_count
from minitorch_shell.values.kinds import KINDS

# The groups of predefined names that have no derivative, and what one of them is.
_NO_FUNCTIONS: dict[str, str] = {
    "constant": KINDS[float],
    "data": "a data set",
    "layer": "a layer",
    "optimizer": "an optimizer",
}
Report = Callable[[Trouble, s.Node], None]


class Definition(NamedTuple):
    """The one definition of a function, and the source where it stands."""

    node: s.Define
    source: Source


def check_builtin_call(node: s.Call, builtin: Builtin, report: Report) -> None:
    """Report too many, too few or unknown arguments of a predefined name."""
    if not builtin.callable:
        report(Trouble("MT312", f"`{builtin.name}` is a number, not a function"), node)
        return
    known = [parameter.name for parameter in builtin.parameters]
    for keyword in node.keywords:
        if keyword.name not in known:
            close = close_word(keyword.name, known)
            unknown = Trouble(
                "MT205", f"`{builtin.name}` has no option `{keyword.name}`",
                label="unknown option",
                help=f"did you mean `{close}`?" if close else f"write `{builtin.signature}`",
            )  # fmt: skip
            report(unknown, keyword)
        elif keyword.name in known[: len(node.arguments)]:
            twice = Trouble(
                "MT204", f"`{keyword.name}` is given to `{builtin.name}` twice",
                label="given already, by its place", help=f"write `{builtin.signature}`",
            )  # fmt: skip
            report(twice, keyword)
        elif builtin.on_values and builtin.parameters[known.index(keyword.name)].default is None:
            named = Trouble(
                "MT204", f"`{keyword.name}` of `{builtin.name}` is given by its place",
                label="without a name", help=f"write `{builtin.signature}`",
            )  # fmt: skip
            report(named, keyword)
    least, most = _bounds(node, builtin)
    count = len(node.arguments)
    if count < least or (most is not None and count > most):
        here = f"here {'is' if count == 1 else 'are'} {count}"
        wrong = Trouble(
            "MT204", f"`{builtin.name}` takes {_amount(least, most)}, {here}",
            label="wrong number of values", help=f"write `{builtin.signature}`",
        )  # fmt: skip
        report(wrong, node)


def _bounds(node: s.Call, builtin: Builtin) -> tuple[int, int | None]:
    """How many values the call may have beside the named ones; None for any number."""
    parameters = builtin.parameters
    if any(parameter.many for parameter in parameters):
        return 1, None
    if builtin.on_values:
        return 0, len(parameters)  # without an argument it is the layer
    named = {keyword.name for keyword in node.keywords}
    required = [p for p in parameters if p.default is None and p.name not in named]
    return len(required), len(parameters)


def check_own_call(node: s.Call, definition: Definition, findings: Findings) -> None:
    """Report too many or too few values for a function of the program."""
    define = definition.node
    if not node.keywords and len(node.arguments) != len(define.parameters):
        names = tuple(parameter.name for parameter in define.parameters)
        trouble = wrong_count(define.name.name, names, len(node.arguments))
        trouble.label = "wrong number of values"
        defined = (define.name, definition.source, "defined here")
        findings.report(trouble, node, elsewhere=(defined,))


def check_one_value(node: s.Call, function: s.Derivative, report: Report) -> None:
    """Report `f'(1, 2)`: a derivative is taken at one number."""
    if not node.keywords and len(node.arguments) != 1:
        name = function.function.name + "'" * function.order
        trouble = wrong_count(name, ("x",), len(node.arguments))
        trouble.label = "wrong number of values"
        report(trouble, node)


def check_own_derivative(node: s.Derivative, definition: Definition, findings: Findings) -> None:
    """Report `f'` of a function of the program that takes more than one value, or none."""
    define = definition.node
    if len(define.parameters) != 1:
        trouble = several(define.name.name, node.order, len(define.parameters))
        findings.report(
            trouble, node, elsewhere=((define.name, definition.source, "defined here"),)
        )


def check_builtin_derivative(node: s.Derivative, builtin: Builtin, report: Report) -> None:
    """Report the derivative of a predefined name that is no function of one number."""
    kind = None if builtin.on_values else _NO_FUNCTIONS.get(builtin.group)
    required = [p for p in builtin.parameters if p.default is None]
    if kind is not None:
        report(no_function(builtin.name, kind), node)
    elif len(required) != 1:
        report(several(builtin.name, node.order, len(required)), node)


def _amount(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least} value{'s' * (least != 1)}"
    if least == most:
        return f"{least} value{'s' * (least != 1)}"
    return f"{least} to {most} values"
