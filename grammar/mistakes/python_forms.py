"""Forms of Python that need more than a word in exchange: `x is 2`, `import numpy`, `f"..."`."""

from __future__ import annotations

from itertools import pairwise

from grammar.mistakes.context import COMMANDS, Context, ends_value, span
from grammar.mistakes.foreign_names import FOREIGN
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span

# Modules that people write before a name, as in `torch.exp` and `nn.Linear`.
_MODULES = frozenset({
    "torch", "nn", "np", "numpy", "math", "F", "optim", "functional", "random", "tf", "keras",
    "jnp", "jax",
})  # fmt: skip

_ENDINGS = frozenset({"csv", "json", "mt", "py", "txt", "png", "svg", "html"})

# Methods and attributes whose counterpart is more than another word before the value.
_METHODS = {
    "append": "a longer list is a new one: `{0} = append({0}, 3)`",
    "train": "write `train {0} on data`, with the name of your data",
    "fit": "write `train {0} on data`, with the name of your data",
    "eval": "there is no mode to set: dropout is on only while `train` runs",
    "forward": "call the network itself: `{0}(x)`",
    "predict": "call the network itself: `{0}(x)`",
    "shape": "`len({0})` is the length of a list, `show {0}` tells the widths of a network",
    "requires_grad": "every number bound to a name has a gradient already: `grad {0}`",
    "state_dict": 'a whole network is written with `save {0} to "net.json"`',
    "save": 'write `save {0} to "net.json"`',
    "load": 'write `{0} = load("net.json")`',
}  # fmt: skip


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


def method_help(owner: str, name: str) -> str:
    """What is written instead of `owner.name`, as a sentence; "" where there is none."""
    return _METHODS.get(name, "").format(owner)


def bare_file(owner: Piece, ending: Piece) -> SyntaxProblem | None:
    """`load(net.json)`"""
    if ending.text not in _ENDINGS:
        return None
    place = Span(owner.start, ending.end)
    name = f'"{owner.text}.{ending.text}"'
    return SyntaxProblem(
        "MT107",
        "the name of a file stands in quotes",
        place,
        "quotes are missing around this",
        f"write `{name}`",
        fix=Fix(place, name),
    )


def module_prefix(context: Context, owner: Piece) -> SyntaxProblem | None:
    """`torch.exp(x)`, `nn.Linear(2, 3)`"""
    if owner.text not in _MODULES:
        return None
    pieces = [p for p in context.pieces if p.start >= owner.start]
    last = owner
    for point, name in zip(pieces[1::2], pieces[2::2], strict=False):
        if point.text != "." or point.start != last.end or name.kind != "word":
            break
        last = name
    meant = FOREIGN.get(last.text, last.text)
    known = meant in context.predefined
    sentence = "" if meant.isidentifier() else meant
    if known:
        sentence = f"write `{meant}` alone; nothing has to be imported"
    return SyntaxProblem(
        "MT107",
        "there are no modules, and no `.` behind a name",
        Span(owner.start, last.end),
        "Python's form",
        sentence or FOREIGN["torch"],
        fix=Fix(Span(owner.start, last.end), meant) if known else None,
    )
