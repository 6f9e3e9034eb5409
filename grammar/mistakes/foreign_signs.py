"""Characters and operators of other notations: `×`, `&&`, `//`, and strings that do not end."""

from __future__ import annotations

from grammar.mistakes.attributes import attribute
from grammar.mistakes.context import Context, span
from grammar.mistakes.definitions import derivative_sign
from grammar.mistakes.pasted import strange_space
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span

_LOOK_ALIKES = {
    "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "∗": "*", "÷": "/", "∕": "/",
    "“": '"', "”": '"', "„": '"', "≤": "<=", "≥": ">=", "≠": "!=", "←": ":=", "²": "^2", "³": "^3",
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
    for piece in context.pieces:
        if piece.start > context.offset:
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
    if character == "%":
        return SyntaxProblem(
            "MT113",
            "there is no `%` operator",
            place,
            "no remainder operator",
            "of whole numbers a and b the remainder is `a - b*round(a/b - (b-1)/(2*b))`",
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
        return SyntaxProblem(
            "MT113",
            "there is no `//` operator",
            whole,
            "Python's form",
            "whole numbers divide to `round(a/b - (b-1)/(2*b))`; comments begin with `#`",
        )
    if together in _PAIRS:
        good, advice = _PAIRS[together]
        fix = Fix(whole, good) if good else None
        message = f"there is no `{together}` operator"
        return SyntaxProblem("MT113", message, whole, "from another language", advice, fix=fix)
    return None


def _increment(context: Context) -> SyntaxProblem | None:
    """`x++`"""
    if not context.at_line_end or len(context.statement) < 3:
        return None
    name, first, second = context.statement[-3:]
    if first.text != second.text or first.text not in "+-" or first.end != second.start:
        return None
    if name.kind != "word":
        return None
    good = f"{name.text} {first.text}= 1"
    alone = len(context.statement) == 3
    return SyntaxProblem(
        "MT113",
        f"there is no `{first.text * 2}` operator",
        Span(first.start, second.end),
        "from another language",
        f"write `{good}`" + ("" if alone else " as a statement of its own"),
        fix=Fix(Span(name.start, second.end), good) if alone else None,
    )
