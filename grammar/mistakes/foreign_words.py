"""Words and forms of Python and its relatives: `def f(x):`, `elif`, `import numpy`, `x is 2`."""

from __future__ import annotations

from itertools import pairwise

from grammar.mistakes.context import COMMANDS, Context, ends_value, span
from grammar.mistakes.foreign_signs import look_alike
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span
from grammar.vocabulary import vocabulary

# Words of other languages at the start of a statement, and what is written instead.
_FOREIGN_HELP = {
    "def": "define a function like this: `f(x) = x^2 + 1`",
    "function": "define a function like this: `f(x) = x^2 + 1`",
    "class": "a network is a row of layers: `net = linear(5,4) relu linear(4,1)`",
    "from": 'nothing has to be imported from Python; `import "other.mt"` runs a file',
    "pass": "an empty block is just `{ }`",
    "try": "there is nothing to catch: a program stops at its first error",
}
_DECLARATIONS = frozenset({"let", "var", "const", "local", "global"})
_LITERALS = {"True": "true", "False": "false", "None": None}
_HEADS = frozenset({"for", "if", "while", "else", "repeat"})
# Commands of the language that this version does not have yet.
_LATER = {
    "plot": "drawing", "graph": "drawing", "explain": "explaining", "watch": "watching a sweep",
    "check": "the gradient check", "doctor": "the examination of a network", "ask": "asking",
}  # fmt: skip


def not_yet(name: str, place: Span) -> SyntaxProblem | None:
    """What to say of a command of a later version."""
    if name not in _LATER or name in vocabulary().commands:
        return None
    return SyntaxProblem(
        "MT116",
        f"there is no `{name}` in this version",
        place,
        f"{_LATER[name]} comes in a later version",
        "leave the statement out, or put `#` before it; `print` and `show` are there",
    )


def foreign_word(name: str, place: Span) -> SyntaxProblem | None:
    """What to say of a statement that begins with a word of another language."""
    if name not in _FOREIGN_HELP:
        return None
    message = f"there is no `{name}` in the language"
    return SyntaxProblem("MT113", message, place, "from another language", _FOREIGN_HELP[name])


def foreign_name(name: str, place: Span) -> SyntaxProblem | None:
    """What to say of a name that is none here: `True`, `x²`."""
    if name in _LITERALS:
        good = _LITERALS[name]
        if good is None:
            return SyntaxProblem(
                "MT113",
                f"there is no `{name}` in the language",
                place,
                "from another language",
                "leave the name out, or give it a number",
            )
        message = f"`{name}` is written `{good}` here"
        fix = Fix(place, good)
        return SyntaxProblem("MT113", message, place, "Python's form", f"write `{good}`", fix=fix)
    if name.isidentifier():
        return None
    at = next(i for i in range(1, len(name) + 1) if not name[:i].isidentifier()) - 1
    wrong = Piece("other", name[at], place.start + at)
    return look_alike(wrong) or SyntaxProblem(
        "MT105",
        f"`{name[at]}` cannot be part of a name",
        span(wrong),
        "not a letter",
        "names are made of letters, digits and `_`",
    )


def foreign_forms(context: Context) -> SyntaxProblem | None:
    """Words and forms of Python and its relatives."""
    for piece in (context.current, context.previous, *context.statement[:1]):
        if piece is not None and piece.text == "elif":
            before = [p for p in context.pieces if p.start < piece.start]
            behind_block = bool(before) and before[-1].text == "}"
            return SyntaxProblem(
                "MT113",
                "`elif` is written `else if` here",
                span(piece),
                "Python's form",
                "write `else if`" + ("" if behind_block else " behind the `}` of an `if`"),
                fix=Fix(span(piece), "else if") if behind_block else None,
            )
    first = context.statement[0] if context.statement else context.current
    if first is None:
        return None
    second = context.statement[1] if len(context.statement) > 1 else context.current
    if first.text in _DECLARATIONS and second is not None and second.kind == "word":
        return SyntaxProblem(
            "MT113",
            f"a name is bound without `{first.text}`",
            span(first),
            "from another language",
            f"write `{second.text} = ...`",
            fix=Fix(Span(first.start, second.start), ""),
        )
    later = not_yet(first.text, span(first)) or foreign_word(first.text, span(first))
    if later is not None and context.statement:
        return later
    for piece in context.statement:
        if piece.text == "lambda":
            return SyntaxProblem(
                "MT113",
                "there is no `lambda` in the language",
                span(piece),
                "Python's form",
                "define a function with a name: `f(x) = x^2 + 1`",
            )
    return _colon(context) or _question_mark(context) or _braces(context)


def _colon(context: Context) -> SyntaxProblem | None:
    if context.current is None or context.current.text != ":":
        return None
    place = context.spot()
    if context.opened and context.opened[-1].text == "[":
        return SyntaxProblem(
            "MT113", "a slice has no step", place, "Python's form", "write `xs[i:j]`"
        )
    words = [p.text for p in context.statement]
    head = next((word for word in words if word in _HEADS), None)
    if head is None:
        return None
    return SyntaxProblem(
        "MT113",
        "a block stands in braces, without a colon",
        place,
        "Python's form",
        f"write `{head} ... {{ ... }}`",
        fix=_braced(context, place),
    )


def _braced(context: Context, colon: Span) -> Fix | None:
    """The block behind a colon between braces: the rest of the line, or the indented lines."""
    text = context.text
    end = context.line_end()
    body = text[colon.end : end].strip()
    if body:
        return Fix(Span(colon.start, end), f" {{ {body} }}")
    line_start = text.rfind("\n", 0, colon.start) + 1
    indent = len(text[line_start:]) - len(text[line_start:].lstrip(" \t"))
    line_end = text.find("\n", colon.end)
    last = line_end
    while line_end >= 0:
        next_end = text.find("\n", line_end + 1)
        line = text[line_end + 1 : next_end if next_end >= 0 else len(text)]
        if line.strip() and len(line) - len(line.lstrip(" \t")) <= indent:
            break
        if line.strip():
            last = line_end + 1 + len(line)
        line_end = next_end
    if last < 0:
        return None
    lines = text[colon.end : last].rstrip()
    margin = text[line_start : line_start + indent]
    return Fix(Span(colon.start, last), f" {{{lines}\n{margin}}}")


def _question_mark(context: Context) -> SyntaxProblem | None:
    if context.current is None or context.current.text != "?":
        return None
    end = context.line_end()
    if any(p.text == ":" and p.start < end for p in context.rest):
        return SyntaxProblem(
            "MT113",
            "a choice is written with `if` and `else`",
            context.spot(),
            "from another language",
            "write `a if c else b`",
        )
    return SyntaxProblem(
        "MT101",
        "a `?` stands only for a width of a layer",
        context.spot(),
        "not expected here",
        "write it as an argument: `linear(5, ?)`",
    )


def _braces(context: Context) -> SyntaxProblem | None:
    """Sets and dictionaries, and blocks without a head."""
    current, previous = context.current, context.previous
    if current is None or current.text != "{" or "LBRACE" in context.accepts:
        return None
    if context.wants_in or previous is None or previous.text in _HEADS | {"in"}:
        return None
    if "NUMBER" in context.accepts and context.statement:
        return SyntaxProblem(
            "MT113",
            "a list is written with `[ ]`",
            context.spot(),
            "Python's form",
            "write `[1, 2, 3]`; braces are for blocks",
        )
    return SyntaxProblem(
        "MT101",
        "there is nothing here that takes a block",
        context.spot(),
        "a block begins here",
        "blocks belong to `if`, `for`, `while` and `repeat`",
    )


def python_forms(context: Context) -> SyntaxProblem | None:
    """What is said of them; None where there are none."""
    return _identity(context) or _python_import(context) or _prefixed_string(context)


def _identity(context: Context) -> SyntaxProblem | None:
    """`x is 2`, `x is not 2`"""
    pieces = [*context.statement, *([context.current] if context.current else [])]
    for before, word in pairwise(pieces):
        if word.text != "is" or not ends_value(before):
            continue
        if before is pieces[0] and before.text in COMMANDS | {"print"}:
            continue
        following = _after(context, word)
        if following is None or following.kind in ("operator", "newline", "close"):
            continue
        negated = following.text == "not"
        place = Span(word.start, following.end) if negated else span(word)
        good = "!=" if negated else "=="
        return SyntaxProblem(
            "MT113",
            f"there is no `{'is not' if negated else 'is'}` operator",
            place,
            "Python's form",
            f"values are compared with `{good}`",
            fix=Fix(place, good),
        )
    return None


def _after(context: Context, piece: Piece) -> Piece | None:
    return next((p for p in context.pieces if p.start >= piece.end), None)


def _python_import(context: Context) -> SyntaxProblem | None:
    """`import numpy as np`"""
    words = context.statement
    if len(words) < 2 or words[0].text != "import" or words[1].kind != "word":
        return None
    return SyntaxProblem(
        "MT113",
        f"there is no `{words[1].text}` to import",
        Span(words[0].start, max(words[-1].end, context.line_end())),
        "Python's form",
        'nothing has to be imported from Python; `import "other.mt"` runs a file',
    )


def _prefixed_string(context: Context) -> SyntaxProblem | None:
    """`f"loss {loss}"`"""
    letter, string = context.previous, context.current
    if letter is None or string is None or string.kind != "string" or letter.end != string.start:
        return None
    if letter.text not in ("f", "r", "b", "u", "F"):
        return None
    return SyntaxProblem(
        "MT113",
        f"there are no {letter.text}-strings in the language",
        Span(letter.start, string.end),
        "Python's form",
        'values are printed beside the text: `print "loss", loss`',
        fix=Fix(span(letter), "") if "{" not in string.text else None,
    )
