"""Characters and operators of other notations: `×`, `&&`, `//`, and strings that do not end."""

from __future__ import annotations

from itertools import pairwise

from grammar.mistakes.attributes import attribute
from grammar.mistakes.context import Context, span, starts_value
from grammar.mistakes.definitions import derivative_sign
from grammar.mistakes.mathematics import mathematics
from grammar.mistakes.notebook import system_command
from grammar.mistakes.operands import power_behind, product_before
from grammar.mistakes.pasted import strange_space
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span

_LOOK_ALIKES = {
    "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "∗": "*", "÷": "/", "∕": "/",
    "“": '"', "”": '"', "„": '"', "≤": "<=", "≥": ">=", "≠": "!=", "←": ":=", "²": "^2", "³": "^3",
    "′": "'", "’": "'", "″": "''",
}  # fmt: skip


_FOREIGN_SIGNS = {
    "&": ("&&", "and", "and"),
    "|": ("||", "or", "or"),
    "!": ("!", "not ", "not"),
}


# Operators of other languages that arrive here as two pieces without a space between them.
_PAIRS = {
    "<>": ("!=", "write `!=`"),
    "=>": (">=", "did you mean `>=`?"),
    "=<": ("<=", "did you mean `<=`?"),
    "===": ("==", "write `==`"),
    "!==": ("!=", "write `!=`"),
    "->": (None, "layers just stand side by side: `linear(5,4) relu linear(4,1)`"),
}


def look_alike(piece: Piece) -> SyntaxProblem | None:
    """A typographic sign, and the sign of the language it looks like."""
    good = _LOOK_ALIKES.get(piece.text)
    if good is None:
        return None
    return SyntaxProblem(
        "MT105",
        f"`{piece.text}` is not a sign of the language",
        span(piece),
        f"looks like `{good}`",
        f"did you mean `{good}`?",
        fix=Fix(span(piece), good),
    )


def strange_text(context: Context) -> SyntaxProblem | None:
    """Strings that do not end and characters that the language does not have."""
    for behind, piece in pairwise([None, *context.pieces]):
        if piece is None or piece.start > context.offset:
            return None
        if piece.kind == "unclosed":
            return SyntaxProblem(
                "MT104",
                "this string does not end",
                span(piece),
                "it begins here",
                'close it with `"` on the same line',
                fix=Fix(Span(piece.end, piece.end), '"'),
            )
        if piece.kind == "primes" and behind is not None and behind.kind == "number":
            return _single_quote(context, piece)
        if piece.kind == "other":
            return _strange_character(context, piece)
    return None


def _strange_character(context: Context, piece: Piece) -> SyntaxProblem:
    character, place = piece.text, span(piece)
    alike = look_alike(piece)
    if alike is not None:
        return alike
    if character == "'":
        return derivative_sign(context, piece) or _single_quote(context, piece)
    if character == ".":
        return attribute(context, piece)
    mathematical = mathematics(context, piece)
    if mathematical is not None:
        return mathematical
    if character == "!" and (system := system_command(context)) is not None:
        return system
    if character in _FOREIGN_SIGNS:
        sign, good, word = _FOREIGN_SIGNS[character]
        width = 2 if sign != "!" and context.text[piece.start : piece.start + 2] == sign else 1
        whole = Span(piece.start, piece.start + width)
        return SyntaxProblem(
            "MT113",
            f"`{context.text[whole.start : whole.end]}` is not an operator here",
            whole,
            "from another language",
            f"write `{word}`",
            fix=Fix(whole, good),
        )
    space = strange_space(piece)
    if space is not None:
        return space
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return SyntaxProblem(
        "MT105",
        f"the character `{shown}` has no meaning here",
        place,
        "unknown character",
        "remove it, or put it between double quotes if it is text",
    )


def _single_quote(context: Context, piece: Piece) -> SyntaxProblem:
    closing = context.text.find("'", piece.end)
    line_end = context.text.find("\n", piece.end)
    message = "strings are written with double quotes"
    if closing < 0 or 0 <= line_end < closing:
        return SyntaxProblem("MT106", message, span(piece), "a single quote", 'use `"`')
    inner = context.text[piece.end : closing]
    whole = Span(piece.start, closing + 1)
    fix = None if '"' in inner else Fix(whole, f'"{inner}"')
    return SyntaxProblem("MT106", message, whole, "single quotes", f'write `"{inner}"`', fix=fix)


def foreign_operators(context: Context) -> SyntaxProblem | None:
    """Operators of other languages, and comments of theirs."""
    current, previous = context.current, context.previous
    step = _increment(context)
    if step is not None or current is None:
        return step
    if (
        current.text == "/"
        and not context.statement
        and context.text[current.end :][:1] in ("/", "*")
    ):
        whole = Span(current.start, current.end + 1)
        fix = Fix(whole, "#") if context.text[current.end] == "/" else None
        return SyntaxProblem(
            "MT113", "comments begin with `#`", whole, "from another language", "write `#`", fix=fix
        )
    if previous is None or previous.end != current.start:
        return None
    together = previous.text + current.text
    whole = Span(previous.start, current.end)
    if together == "//":
        return _whole_division(context, whole)
    if together in _PAIRS:
        good, advice = _PAIRS[together]
        fix = Fix(whole, good) if good else None
        message = f"there is no `{together}` operator"
        return SyntaxProblem("MT113", message, whole, "from another language", advice, fix=fix)
    return None


def _whole_division(context: Context, sign: Span) -> SyntaxProblem:
    """`7 // 2`"""
    start, end = product_before(context, sign.start), power_behind(context, sign.end)
    help, fix = "write `floor(a / b)`; comments begin with `#`", None
    if start is not None and end is not None:
        good = f"floor({context.text[start : sign.start].rstrip()} / "
        good += f"{context.text[sign.end : end].lstrip()})"
        help, fix = f"write `{good}`", Fix(Span(start, end), good)
        behind = next((p for p in context.pieces if p.start >= end), None)
        if starts_value(behind) and behind is not None and behind.end <= context.line_end():
            return SyntaxProblem(
                "MT113", "comments begin with `#`", sign, "from another language", "write `#`",
                fix=Fix(sign, "#"),
            )  # fmt: skip
        if context.text[sign.end : end].strip().isidentifier():
            help += "; comments begin with `#`"
    message = "there is no `//` operator"
    return SyntaxProblem("MT113", message, sign, "Python's form", help, fix=fix)


def _increment(context: Context) -> SyntaxProblem | None:
    """`x++`"""
    if not context.at_line_end or len(context.statement) < 3:
        return None
    name, first, second = context.statement[-3:]
    if first.text != second.text or first.text not in "+-" or first.end != second.start:
        return None
    if name.kind != "word":
        return None
    good = f"{name.text} := {name.text} {first.text} 1"
    alone = len(context.statement) == 3
    return SyntaxProblem(
        "MT113",
        f"there is no `{first.text * 2}` operator",
        Span(first.start, second.end),
        "from another language",
        f"write `{good}`" + ("" if alone else " as a statement of its own"),
        fix=Fix(Span(name.start, second.end), good) if alone else None,
    )
