"""A scanner that never fails: it cuts any text, right or wrong, into coarse pieces.

The parser has its own, exact lexer; this one serves whoever must say something about text that does
not parse: is more to come, what went wrong, which colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_PIECES = re.compile(
    r"""(?P<newline>\r?\n)
      | (?P<space>[ \t\r\f]+)
      | (?P<comment>\#[^\n]*)
      | (?P<string>"(?:\\[^\n]|[^"\\\n])*")
      | (?P<unclosed>"(?:\\[^\n]|[^"\\\n])*\\?)
      | (?P<number>(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)
      | (?P<word>[^\W\d]\w*)
      | (?P<primes>(?<=\w)'+(?!\w))
      | (?P<open>[(\[{])
      | (?P<close>[)\]}])
      | (?P<operator>:=|\*\*|[-+*/<>=!]=|[-+*/%@^<>=,;:?])
      | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

CLOSER = {"(": ")", "[": "]", "{": "}"}
OPENER = {closer: opener for opener, closer in CLOSER.items()}


class Piece(NamedTuple):
    """One piece: kind (a group name of the pattern above), text, offset of its first character."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def scan(text: str, start: int = 0) -> Iterator[Piece]:
    """Cut `text`, from an offset on, into pieces that, joined, give it back."""
    for match in _PIECES.finditer(text, start):
        yield Piece(match.lastgroup or "other", match.group(), match.start())


def meaningful(text: str) -> list[Piece]:
    """The pieces without spaces and comments."""
    return [piece for piece in scan(text) if piece.kind not in ("space", "comment")]


def unmatched_brackets(text: str) -> tuple[list[Piece], Piece | None]:
    """The brackets still open at the end, and the first closing one that fits none (or None)."""
    opened: list[Piece] = []
    for piece in scan(text):
        if piece.kind == "open":
            opened.append(piece)
        elif piece.kind == "close":
            if not opened or CLOSER[opened[-1].text] != piece.text:
                return opened, piece
            opened.pop()
    return opened, None


# A line that ends in one of these goes on in the next.
CONTINUES = frozenset(
    "+ - * / % @ ^ ** , = := += -= *= /= == != < <= > >= and or not".split()  # noqa: SIM905
)


def goes_on(before: Piece | None, last: Piece | None) -> bool:
    """Whether a line that ends in these two pieces goes on in the next; with `x++` it does not."""
    if last is None or last.text not in CONTINUES:
        return False
    doubled = before is not None and before.text == last.text and before.end == last.start
    return not (doubled and last.text in ("+", "-"))


def is_complete(text: str) -> bool:
    """Whether Enter may run `text`, or more is to come: an open bracket, an operator at the end."""
    opened, stray = unmatched_brackets(text)
    pieces = [piece for piece in meaningful(text) if piece.kind != "newline"]
    if stray is not None or any(piece.kind == "unclosed" for piece in pieces):
        return True  # no further line would mend it
    if opened:
        return False
    before, last = [None, None, *pieces][-2:]
    return not goes_on(before, last)
