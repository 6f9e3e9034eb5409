"""The surroundings of the place where the parser gave up."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from grammar.automaton import END, Unexpected
from grammar.problem import OWN
from grammar.scan import Piece, scan
from grammar.source import Source, Span
from grammar.vocabulary import vocabulary

RESERVED = frozenset(vocabulary().reserved)
COMMANDS = frozenset(vocabulary().commands)
_VALUE_WORDS = frozenset({"true", "false"})


def span(piece: Piece) -> Span:
    """Where a piece stands."""
    return Span(piece.start, piece.end)


def ends_value(piece: Piece | None) -> bool:
    """Whether a value may end with this piece."""
    if piece is None:
        return False
    if piece.kind == "word":
        return piece.text not in RESERVED or piece.text in _VALUE_WORDS
    return piece.kind in ("number", "string", "primes") or piece.text in (")", "]")


def starts_value(piece: Piece | None) -> bool:
    """Whether a value may begin with this piece (signs and brackets aside)."""
    if piece is None:
        return False
    if piece.kind == "word":
        return piece.text not in RESERVED or piece.text in ("true", "false", "grad")
    return piece.kind in ("number", "string")


HEADS = frozenset({"if", "for", "while", "repeat", "else", "elif"})  # of blocks


def line_at(text: str, offset: int) -> str:
    """The line in which an offset lies."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return text[start : end if end >= 0 else len(text)]


def indent_at(text: str, offset: int) -> int:
    """How far in the line stands in which an offset lies."""
    line = line_at(text, offset)
    return len(line) - len(line.lstrip(" \t"))


def begins_statement(text: str, start: int, before: Piece | None, after: Piece) -> bool:
    """Whether a line begins a statement of its own, though one from `start` on is not closed.

    `before` is the last piece above it, `after` its first. Between brackets no value follows a
    value on a new line, and lines that go on stand further in.
    """
    if indent_at(text, after.start) > indent_at(text, start):
        return False
    head = after.text in HEADS and "{" in line_at(text, after.start)
    return head or (ends_value(before) and starts_value(after))


class Context:
    """The pieces around the place where the parser stopped.

    `current` is the piece it could not take (None at the end of the text), `previous` and
    `before_previous` those before it, `next` the one behind; `statement` are the pieces of the
    current statement before it; `accepts` names the terminals the parser could have taken, and
    `predefined` has the group of each name that the interpreter predefines.
    """

    def __init__(
        self, source: Source, unexpected: Unexpected, predefined: Mapping[str, str]
    ) -> None:
        self.text = source.text
        self.predefined = predefined
        every = [p for p in scan(source.text) if p.kind not in ("space", "comment")]
        self.pieces = [p for p in every if p.kind != "newline"]
        token = unexpected.token
        self.accepts = unexpected.accepts
        self.offset = token.word_start
        at_end = token.type == END
        before = [p for p in self.pieces if p.start < self.offset]
        after = [p for p in every if p.start >= self.offset]
        self.previous = before[-1] if before else None
        self.before_previous = before[-2] if len(before) > 1 else None
        self.current = None if at_end or not after else after[0]
        self.rest = after[1:]
        self.next = next((p for p in self.rest if p.kind != "newline"), None)
        self.opened = _opened(before)
        self.statement = _statement([p for p in every if p.start < self.offset])

    @property
    def first(self) -> str:
        """The text of the first piece of the statement."""
        if self.statement:
            return self.statement[0].text
        return self.current.text if self.current is not None else ""

    @property
    def at_line_end(self) -> bool:
        """Whether the statement just ends where more was needed."""
        return self.current is None or self.current.kind == "newline" or self.current.text in ";}"

    @property
    def gap(self) -> bool:
        """Whether white space stands between the previous piece and the current one."""
        return (
            self.previous is not None
            and self.current is not None
            and self.previous.end < self.current.start
        )

    @property
    def wants_in(self) -> bool:
        """Whether the names of a loop stand here, and its `in` comes next."""
        return "_IN" in self.accepts and "SUM_OPERATOR" not in self.accepts

    def is_bound(self, name: str) -> bool:
        """Whether the session, or the text above, gives the name a value."""
        words = [p for p in self.pieces if p.start < self.offset]
        above = any(a.text == name and b.text == "=" for a, b in pairwise(words))
        return above or self.predefined.get(name) == OWN

    def spot(self) -> Span:
        """The place to mark: the piece that was not expected, else just behind the last one."""
        if self.current is not None and self.current.kind != "newline":
            return span(self.current)
        if self.previous is not None:
            return Span(self.previous.end, self.previous.end + 1)
        return Span(0, 1)

    def line_end(self) -> int:
        """Where the line of the current piece ends (a comment left out)."""
        last = self.offset
        for piece in [self.current, *self.rest]:
            if piece is None or piece.kind == "newline":
                break
            last = piece.end
        return last


def _opened(pieces: list[Piece]) -> list[Piece]:
    opened: list[Piece] = []
    for piece in pieces:
        if piece.kind == "open":
            opened.append(piece)
        elif piece.kind == "close" and opened:
            opened.pop()
    return opened


def _statement(pieces: list[Piece]) -> list[Piece]:
    """The last pieces that belong to one statement: back to a line end, `;` or brace."""
    found: list[Piece] = []
    depth = 0
    for piece in reversed(pieces):
        if piece.text in ("{", "}", ";") and depth <= 0:
            break
        if piece.text in (")", "]"):
            depth += 1
        elif piece.text in ("(", "["):
            depth -= 1
        if piece.kind == "newline":
            if depth <= 0:
                break
            continue
        found.append(piece)
    return found[::-1]
