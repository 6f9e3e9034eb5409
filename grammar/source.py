"""A source text with its name, and the places in it."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a source text: character offsets, the end exclusive."""

    start: int
    end: int


class Position(NamedTuple):
    """Where an offset lies, as people count: line and column from 1, columns in characters."""

    line: int
    column: int


@dataclass(slots=True, eq=False)
class Source:
    """A text and what to call it in messages (`lesson.mt`, `<command>`, `<stdin>`, `<shell>`)."""

    name: str
    text: str
    _line_starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Names are compared in NFC; doing it once for the text keeps every offset consistent.
        if not self.text.isascii():
            self.text = unicodedata.normalize("NFC", self.text)
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        self._line_starts = starts

    def position(self, offset: int) -> Position:
        """The line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def offset(self, line: int, column: int) -> int:
        """The character offset of a line and a column."""
        return self._line_starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        """The text of a line (counted from 1), without its line end."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip("\r")

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]
