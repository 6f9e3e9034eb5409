"""Characters, words and forms of other notations, and what they are called here."""

from __future__ import annotations

from grammar.mistakes.context import Context, span
from grammar.mistakes.definitions import derivative_sign
from grammar.mistakes.pasted import strange_space
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span
from grammar.vocabulary import vocabulary

_LOOK_ALIKES = {
    "−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "∗": "*", "÷": "/", "∕": "/",
    "“": '"', "”": '"', "„": '"', "≤": "<=", "≥": ">=", "≠": "!=", "←": ":=", "²": "^2", "³": "^3",
}  # fmt: skip

# Words of other languages at the start of a statement, and what is written instead.
_FOREIGN_HELP = {
    "def": "define a function like this: `f(x) = x^2 + 1`",
    "function": "define a function like this: `f(x) = x^2 + 1`",
    "return": "a function is one expression: `f(x) = x^2 + 1`",
    "class": "a network is a row of layers: `net = linear(5,4) relu linear(4,1)`",
    "from": 'nothing has to be imported from Python; `import "other.mt"` runs a file',
    "pass": "an empty block is just `{ }`",
    "try": "there is nothing to catch: a program stops at its first error",
}
_DECLARATIONS = frozenset({"let", "var", "const", "local", "global"})
_LITERALS = {"True": "true", "False": "false", "None": None}
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


# ---------------------------------------------------------------- characters


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
        return _dot(context, piece)
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


def _dot(context: Context, piece: Piece) -> SyntaxProblem:
    from grammar.mistakes.python_forms import bare_file, method_help, module_prefix

    owner = next((p for p in reversed(context.pieces) if p.end == piece.start), None)
    following = next((p for p in context.pieces if p.start == piece.end), None)
    if owner is None or owner.kind != "word" or following is None or following.kind != "word":
        place = span(piece)
        return SyntaxProblem(
            "MT105", "a `.` belongs inside a number", place, "stands alone", "write `0.5`"
        )
    special = module_prefix(context, owner) or bare_file(owner, following)
    if special is not None:
        return special
    whole = Span(owner.start, following.end)
    method = following.text
    good = {
        "grad": f"grad {owner.text}",
        "data": f"value({owner.text})",
        "item": f"value({owner.text})",
        "parameters": f"params({owner.text})",
        "zero_grad": "zero" if owner.text.startswith("opt") else f"zero {owner.text}",
        "step": f"step {owner.text}",
        "backward": f"backward {owner.text}",
    }.get(method)
    if good is not None and context.text[whole.end : whole.end + 2] == "()":
        whole = Span(whole.start, whole.end + 2)
    if good is None:
        return SyntaxProblem(
            "MT107",
            "values have no attributes, there is no `.` here",
            whole,
            "Python's form",
            method_help(owner.text, method)
            or "a function stands before its value: `f(x)`; `help functions` lists those there are",
        )
    return SyntaxProblem(
        "MT107",
        f"`.{method}` is written another way here",
        whole,
        "Python's form",
        f"did you mean `{good}`?",
        fix=Fix(whole, good),
    )


# ---------------------------------------------------------------- words and forms


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
    if any(p.text == ":" for p in context.rest):
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
    if current is None or current.text != "{" or context.accepts & {"LBRACE", "_IN"}:
        return None
    if previous is None or previous.text in _HEADS | {"in"}:
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
