"""Signs of mathematics that are functions here: `|x|`, `√x`, `∂z/∂x`."""

from __future__ import annotations

import re

from grammar.mistakes.context import COMMANDS, Context, ends_value, span
from grammar.mistakes.operands import power_behind
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span

_PARTIAL = re.compile(r"∂[ ]?([^\W\d]\w*)[ ]*/[ ]*∂[ ]?([^\W\d]\w*)")
_PREFIXES = {"√": "sqrt", "∑": "sum", "∇": "grad"}


def mathematics(context: Context, sign: Piece) -> SyntaxProblem | None:
    """What is said of such a sign; None where it is none."""
    if sign.text == "|":
        return _absolute(context, sign)
    if sign.text == "∂":
        return _partial(context, sign)
    if sign.text in _PREFIXES:
        return _prefix(context, sign, _PREFIXES[sign.text])
    return None


def _written(message: str, place: Span, good: str, whole: Span | None = None) -> SyntaxProblem:
    fix = Fix(whole or place, good)
    return SyntaxProblem("MT113", message, place, "from the whiteboard", f"write `{good}`", fix=fix)


def _absolute(context: Context, bar: Piece) -> SyntaxProblem | None:
    """`|x|`, where a value is wanted"""
    before = next((p for p in reversed(context.pieces) if p.end <= bar.start), None)
    line = before is not None and "\n" in context.text[before.end : bar.start]
    if before is not None and ends_value(before) and not line and before.text not in COMMANDS:
        return None
    end = context.line_end()
    closing = context.text.find("|", bar.end, end)
    inner = context.text[bar.end : closing].strip() if closing >= 0 else ""
    if not inner:
        return None
    place = Span(bar.start, closing + 1)
    return _written("absolute values are written `abs(x)`", place, f"abs({inner})")


def _partial(context: Context, sign: Piece) -> SyntaxProblem | None:
    """`∂z/∂x`"""
    match = _PARTIAL.match(context.text, sign.start)
    if match is None:
        return None
    output, leaf = match.groups()
    alone = not context.statement and not context.text[match.end() : context.line_end()].strip()
    place = Span(*match.span())
    message = "a derivative is read behind a `backward`"
    if alone:
        return _written(message, place, f"backward {output}; grad {leaf}")
    help = f"write `backward {output}` in a statement before, and here `grad {leaf}`"
    fix = Fix(place, f"grad {leaf}")
    return SyntaxProblem("MT113", message, place, "from the whiteboard", help, fix=fix)


def _prefix(context: Context, sign: Piece, name: str) -> SyntaxProblem | None:
    """`√x`, `√(x + 1)`"""
    end = power_behind(context, sign.end)
    if end is None:
        return None
    value = context.text[sign.end : end].strip()
    if name == "grad":
        good = f"grad {value}"
    else:
        good = f"{name}{value}" if value.startswith("(") else f"{name}({value})"
    return _written(f"`{sign.text}` is written `{name}`", span(sign), good, Span(sign.start, end))
