"""From a Python exception to a problem in the learner's words, with its place in the program."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.fused import Dot
from engine.optim import OPTIMIZERS
from engine.tensor import HandMade, Tensor
from grammar.syntax import Binary, Call, Name, Node, Number
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.lowering.spelling import unspelled
from minitorch_shell.lowering.unit import Unit
from minitorch_shell.problems.placing import KIND_HELP, place, trouble_problem
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Problem
from minitorch_shell.session.tracing import spots
from minitorch_shell.values.derived import Derived
from minitorch_shell.values.function import Function
from minitorch_shell.values.kinds import KINDS
from minitorch_shell.values.network import Network
from minitorch_shell.values.table import TableValue
from minitorch_shell.values.vector import DataRow, Vector


def explain(error: BaseException, units: Mapping[str, Unit]) -> Problem | None:
    """The problem behind an exception that a program raised; None for a bug of this program."""
    path = spots(error.__traceback__, units)
    source, node = path[-1] if path else (None, None)
    trouble = error if isinstance(error, Trouble) else _translated(error, node)
    if trouble is None or source is None:
        return None if trouble is None else Problem("error", trouble.code, trouble.message)
    problem = trouble_problem(source, node, trouble)
    callers = [spot for spot in path[:-1] if spot[1].place != (node and node.place)]
    if not callers or problem.related:
        return problem
    caller_source, caller = callers[-1]
    related = ((place(caller_source, caller.place), "called here"),)
    return Problem(
        "error", problem.code, problem.message, problem.place, problem.label, related, problem.help
    )


# Python's name of a type, as it stands in the messages of its TypeErrors.
_KINDS_BY_NAME = {kind.__name__: words for kind, words in KINDS.items()} | {
    **{
        kind.__name__: kind.KIND
        for kind in (Vector, DataRow, Function, Derived, Network, TableValue)
    },
    **{kind.__name__: KINDS[Tensor] for kind in (Dot, HandMade)},
    "Dataset": "a data set",
    "BitSet": "a data set",
    "DataSource": "a data set",
    **{kind.__name__: "an optimizer" for kind in OPTIMIZERS.values()},
    "LayerName": "a layer",
    "function": "a function",
    "partial": "a function",
}


def _kind(python_name: str) -> str:
    return _KINDS_BY_NAME.get(python_name, "a value of another kind")


_OPERANDS = re.compile(r"unsupported operand type\(s\) for (\S+): '(\w+)' and '(\w+)'")
_ORDER = re.compile(r"'([<>]=?)' not supported between instances of '(\w+)' and '(\w+)'")
_UNARY = re.compile(r"bad operand type for unary (\S+): '(\w+)'")
_NOT_CALLABLE = re.compile(r"'(\w+)' object is not callable")


def _translated(error: BaseException, node: Node | None) -> Trouble | None:
    """Python's own exceptions, as they come out of the operators and the engine."""
    text = str(error)
    if isinstance(error, NameError):
        # Python tells the name of a local variable in its message alone.
        quoted = re.search(r"variable '([^']+)'", text)
        name = unspelled(getattr(error, "name", "") or (quoted[1] if quoted else ""))
        return Trouble(
            "MT202", f"`{name}` has no value yet", label="used before it is set",
            help=f"bind it first: `{name} = ...`",
        )  # fmt: skip
    if isinstance(error, RecursionError):
        return Trouble(
            "MT703", "functions call each other too deeply",
            help="a recursion needs a case that ends it",
        )  # fmt: skip
    if isinstance(error, MemoryError):
        return Trouble("MT705", "there is not enough memory for this")
    if isinstance(error, TypeError):
        return _type_trouble(text, node)
    if isinstance(error, OverflowError) and "too large to convert" in text:
        return Trouble("MT300", "a count is larger than the largest number here",
                       label="beyond about 1.8e308",
                       help="bind it to a name first: beyond 2^53 it becomes a number")  # fmt: skip
    if isinstance(error, ValueError | IndexError | ArithmeticError):
        return Trouble("MT300", text or "this does not work with these values",
                       label="not with these values",
                       help="look at them with `print` or `show`")  # fmt: skip
    return None


def _type_trouble(text: str, node: Node | None) -> Trouble:
    if match := _OPERANDS.search(text):
        sign, left, right = match.groups()
        sides = (node.left, node.right) if isinstance(node, Binary) else (None, None)
        return _unfit(
            sign,
            *(
                "a number"
                if isinstance(side, Number)
                else _kind(kind)  # not "a count", as Python has it
                for side, kind in zip(sides, (left, right), strict=True)
            ),
        )
    if match := _ORDER.search(text):
        sign, left, right = match.groups()
        kinds = (_kind(left), _kind(right))
        return Trouble(
            "MT305", f"`{sign}` cannot compare {kinds[0]} with {kinds[1]}",
            label="these two have no order", help=_comparison_help(kinds),
        )  # fmt: skip
    if match := _UNARY.search(text):
        kind = _kind(match.group(2))
        return Trouble("MT302", f"`{match.group(1)}` needs a number, not {kind}",
                       label="not a number", help=KIND_HELP.get(kind, ""))  # fmt: skip
    if match := _NOT_CALLABLE.search(text):
        what = _kind(match.group(1))
        name = ""
        if isinstance(node, Call) and isinstance(node.function, Name):
            name = node.function.name
        return Trouble(
            "MT312",
            f"`{name}` is {what}, not a function" if name else f"this is {what}, not a function",
            label="called like a function",
            help=_call_help(what, name),
        )
    if "concatenate" in text or "multiply sequence" in text:
        sign = node.operator if isinstance(node, Binary) else "+"
        return _unfit(sign, "a string", "a number")
    if isinstance(node, Call):
        return _call_trouble(node)
    sign = node.operator if isinstance(node, Binary) else ""
    what = f"`{sign}` does not work" if sign else "this does not work"
    return Trouble("MT302", f"{what} with these values", label="values of the wrong kind",
                   help="`show` tells what a name stands for: `show x`")  # fmt: skip


def _call_help(what: str, name: str) -> str:
    """What was meant by the call of something that is no function."""
    if what == "a list":
        return f"an element of a list is `{name or 'xs'}[0]`"
    own = "f" if name == "x" else name
    defined = f"; a function is defined with its brackets: `{own}(x) = x^2`" if name else ""
    return f"to multiply write `{name or 'x'} * (...)`{defined}"


def _call_trouble(node: Call) -> Trouble:
    """A call whose values Python could not hand over."""
    name = node.function.name if isinstance(node.function, Name) else ""
    builtin = BUILTINS.get(name)
    if builtin is not None:
        return Trouble("MT204", f"`{name}` does not take these values",
                       label="wrong values", help=f"write `{builtin.signature}`")  # fmt: skip
    return Trouble("MT204", "this call does not fit", label="wrong values",
                   help="functions of your own and networks take plain values: "
                   "`f(2, 3)`")  # fmt: skip


def _unfit(sign: str, left: str, right: str) -> Trouble:
    both = f"{left} and {right}" if left != right else f"two {left.split(' ', 1)[1]}s"
    help = next((KIND_HELP[kind] for kind in (left, right) if kind in KIND_HELP), "")
    if "a string" in (left, right) and sign in ("+", "+="):
        help = "print them side by side: `print a, b`"
    if sign == "*" and {left, right} == {"a string", "a number"}:
        help = 'text is repeated by a count or a whole number that is written out: `"ab" * 3`'
    if sign == "@":
        help = "`@` takes lists: `[1, 2] @ [3, 4]`; numbers are multiplied with `*`"
    return Trouble("MT302", f"`{sign.rstrip('=')}` cannot combine {both}", help=help,
                   label="these do not go together")  # fmt: skip


def _comparison_help(kinds: tuple[str, str]) -> str:
    if "a list" in kinds:
        return "compare single elements: `xs[0] < 3`, or `sum(xs) < 3`"
    if "a string" in kinds:
        return "a number is written without quotes; strings can be compared with `==`"
    return "only numbers have an order: `loss < 0.1`"
