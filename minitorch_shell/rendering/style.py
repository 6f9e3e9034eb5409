"""Colour and line drawing, or their absence."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

_CODES = {
    "error": "1;31",
    "note": "1;33",
    "help": "1;36",
    "frame": "34",
    "related": "36",
    "strong": "1",
    "dim": "2",
    "good": "32",
    "bad": "31",
}

_ASCII = {  # also what a stream of ASCII shows, see receiver.py
    "│": "|",
    "┌─": "-->",
    "=": "=",
    "→": "->",
    "█": "#",
    "░": ".",
    "✓": "ok",
    "✗": "no",
    "…": "...",
    "×": "x",
    "·": "*",
    "−": "-",
    "–": "-",
    "—": "-",
    "²": "^2",
    "³": "^3",
    "±": "+-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "“": '"',
    "”": '"',
    "„": '"',
    "━": "-",
    "─": "-",
}


def in_ascii(error: UnicodeError) -> tuple[str, int]:
    """An error handler for `codecs`: stand-ins of our own for the signs we write, else `?`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_ASCII.get(sign, "?") for sign in lost), error.end


class Style(NamedTuple):
    """`colour`: whether escape sequences are written; `unicode`: whether the encoding has boxes.

    `columns` is the width of the terminal, None where there is none.
    """

    colour: bool = False
    unicode: bool = True
    columns: int | None = None

    def paint(self, text: str, kind: str) -> str:
        """`text` in the colour of its kind."""
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.colour and text else text

    def box(self, sign: str) -> str:
        """A drawing character, or its stand-in in ASCII."""
        return sign if self.unicode else _ASCII[sign]

    def width(self, text: str) -> int:
        """The columns that `text` takes in a terminal."""
        if text.isascii():
            return len(text)
        return sum(
            0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
            for c in text
        )
