"""Where the cursor stands: in which statement, behind what, inside which call.

What the parser could take next is asked of the parser itself, so completion cannot offer what
would not parse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from grammar.automaton import Unexpected
from grammar.parser import accepts
from grammar.problem import SyntaxProblem
from grammar.scan import CONTINUES, Piece, scan
from grammar.vocabulary import vocabulary

NEVER: frozenset[str] = frozenset()


@dataclass(slots=True)
class Spot:
    """The surroundings of a cursor.

    `word` is what has been typed of a word, `statement` the text of the statement before it and
    `pieces` its pieces; `calls` the brackets that are open in it, each with the name before it.
    """

    word: str
    statement: str
    pieces: list[Piece]
    after_block: str = ""  # just behind a `}`: the word its statement begins with
    string: str | None = None  # the open string the cursor is in
    comment: bool = False
    calls: list[tuple[str, str, int]] = field(default_factory=list)  # bracket, name, start

    @property
    def command(self) -> str:
        """The word the statement begins with, if it begins with one."""
        return self.pieces[0].text if self.pieces and self.pieces[0].kind == "word" else ""

    @property
    def previous(self) -> str:
        return self.pieces[-1].text if self.pieces else ""

    @property
    def option(self) -> str:
        """The option or named argument whose value is being typed: `lr` behind `lr=`."""
        if len(self.pieces) > 1 and self.previous == "=" and self.pieces[-2].kind == "word":
            if self.calls and self.calls[-1][0] == "(":
                return self.pieces[-2].text
            if not self.calls and len(self.pieces) > 2:
                return self.pieces[-2].text
        return ""

    @property
    def function(self) -> str:
        """The function in whose brackets the cursor stands, else the command."""
        for bracket, name, _ in reversed(self.calls):
            if bracket == "(" and name:
                return name
        return self.command

    @property
    def accepts(self) -> frozenset[str]:
        """The terminals of the grammar that may come next."""
        return accepted(self.statement)


def locate(before: str) -> Spot:
    """The spot behind a text."""
    line_start = before.rfind("\n") + 1
    state = _state(before[:line_start]).copy()
    pieces = [piece._replace(start=piece.start + line_start) for piece in scan(before[line_start:])]
    comment = bool(pieces) and pieces[-1].kind == "comment"
    string, word, word_start = None, "", len(before)
    if pieces and pieces[-1].kind == "unclosed":
        string = pieces[-1].text[1:]
        word_start = pieces.pop().start
    elif pieces and pieces[-1].kind == "word":
        word = pieces[-1].text
        word_start = pieces.pop().start
    for piece in pieces:
        state.take(piece)
    after_block = "" if state.inner else state.after_block
    spot = Spot(word, before[state.start : word_start], state.inner, after_block, string, comment)
    spot.calls = _calls(state.inner)
    return spot


class _Statement:
    """Reads a text piece by piece and knows where its last statement starts."""

    def __init__(self) -> None:
        self.start = 0
        self.inner: list[Piece] = []  # the pieces of the statement
        self.after_block = ""  # the word that began the block just before it
        self.depth = 0  # of ( and [
        self.heads: list[str] = []  # the words that began the open blocks

    def copy(self) -> _Statement:
        twin = _Statement()
        twin.start, twin.after_block, twin.depth = self.start, self.after_block, self.depth
        twin.inner, twin.heads = list(self.inner), list(self.heads)
        return twin

    def take(self, piece: Piece) -> None:
        if piece.kind in ("space", "comment"):
            return
        if piece.text in ("{", "}", ";") and not (self.depth and piece.text == ";"):
            self._boundary(piece)
        elif piece.kind == "newline":
            if not self.depth and not (self.inner and self.inner[-1].text in CONTINUES):
                self.start, self.inner, self.after_block = piece.end, [], ""
        else:
            change = (piece.text in ("(", "[")) - (piece.text in (")", "]"))
            self.depth = max(self.depth + change, 0)
            self.inner.append(piece)

    def _boundary(self, piece: Piece) -> None:
        """A brace or a semicolon: a new statement begins behind it."""
        if piece.text == "{":
            words = [part.text for part in self.inner[:2]]
            self.heads.append("if" if words == ["else", "if"] else words[0] if words else "")
        head = self.heads.pop() if piece.text == "}" and self.heads else ""
        self.after_block = head or "}" if piece.text == "}" else ""
        self.start, self.inner, self.depth = piece.end, [], 0


@lru_cache(maxsize=8)
def _state(lines: str) -> _Statement:
    """The state behind whole lines; kept, since keys mostly change the line below them."""
    state = _Statement()
    for piece in scan(lines):
        state.take(piece)
    return state


def _calls(pieces: list[Piece]) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    before: Piece | None = None
    for piece in pieces:
        if piece.text in ("(", "["):
            named = before is not None and before.kind == "word"
            name = before.text if named and before is not None else ""
            found.append((piece.text, name if name not in vocabulary().reserved else "", piece.end))
        elif piece.text in (")", "]") and found:
            found.pop()
        before = piece
    return found


@lru_cache(maxsize=256)
def accepted(statement: str) -> frozenset[str]:
    """The terminals that may follow an unfinished statement; none when it is wrong already."""
    try:
        return accepts(statement)
    except (Unexpected, SyntaxProblem):
        return NEVER
