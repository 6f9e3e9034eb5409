"""What comes along with pasted text: prompts, strange spaces and line ends, other number forms."""

from __future__ import annotations

import re
import unicodedata

from grammar.mistakes.context import Context, span
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span

_PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)
_BASES = {"x": (16, "hexadecimal"), "b": (2, "binary"), "o": (8, "octal")}


def prompt(context: Context) -> SyntaxProblem | None:
    """`>>> x = 2`"""
    start = context.text.rfind("\n", 0, context.offset) + 1
    if context.current is not None and context.current.kind == "newline":
        start = context.current.end
    found = _PROMPT.match(context.text, start)
    if found is None:
        return None
    mark = found.group().strip()
    without = _PROMPT.sub("", context.text)
    return SyntaxProblem(
        "MT113",
        f"`{mark}` is the prompt of a shell, not a part of the program",
        Span(found.end() - len(found.group().lstrip()), found.end()),
        "Python's prompt",
        f"leave `{mark}` out",
        fix=Fix(Span(0, len(context.text)), without),
        covers=tuple(Span(*match.span()) for match in _PROMPT.finditer(context.text)),
    )


def strange_space(piece: Piece) -> SyntaxProblem | None:
    """A space that is none for the language, or a character that cannot be seen."""
    character = piece.text
    category = unicodedata.category(character)
    if category not in ("Zs", "Zl", "Zp", "Cf"):
        return None
    good = {"Zs": " ", "Cf": ""}.get(category, "\n")
    name = unicodedata.name(character, "an invisible character").lower()
    return SyntaxProblem(
        "MT105",
        f"the character U+{ord(character):04X} ({name}) has no meaning here",
        span(piece),
        "looks like a space" if good == " " else "cannot be seen",
        {" ": "replace it by a space", "": "remove it"}.get(good, "replace it by a line end"),
        fix=Fix(span(piece), good),
    )


def number_with_base(zero: Span, digits: str, place: Span) -> SyntaxProblem | None:
    """`0x10`, `0b11`: the zero and the word behind it."""
    base, kind = _BASES.get(digits[:1].lower(), (0, ""))
    if not base or zero.end - zero.start != 1 or zero.end != place.start:
        return None
    try:
        value = int(digits[1:], base)
    except ValueError:
        return None
    return SyntaxProblem(
        "MT114",
        f"there are no {kind} numbers",
        Span(zero.start, place.end),
        "from another language",
        f"write `{value}`",
        fix=Fix(Span(zero.start, place.end), str(value)),
    )
