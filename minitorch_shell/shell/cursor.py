"""Where the cursor stands: in which statement, behind what, inside which call.

What the parser could take next is asked of the parser itself, so completion cannot offer what
would not parse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

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
    pieces = list(scan(before))
    comment = bool(pieces) and pieces[-1].kind == "comment"
    string = None
    if pieces and pieces[-1].kind == "unclosed":
        string = pieces[-1].text[1:]
        word_start = pieces.pop().start
        word = ""
    elif pieces and pieces[-1].kind == "word":
        word = pieces[-1].text
        word_start = pieces.pop().start
    else:
        word, word_start = "", len(before)
    start, inner, after_block = _statement(pieces)
    spot = Spot(word, before[start:word_start], inner, after_block, string, comment)
    spot.calls = _calls(inner)
    return spot


def _statement(pieces: list[Piece]) -> tuple[int, list[Piece], str]:
    """Where the last statement starts, its pieces, and behind which kind of block it stands."""
    start, inner, after_block = 0, list[Piece](), ""
    depth = 0  # of ( and [
    heads: list[str] = []  # of the open blocks
    for piece in pieces:
        if piece.kind in ("space", "comment"):
            continue
        if piece.text in ("{", "}", ";") and not (depth and piece.text == ";"):
            if piece.text == "{":
                words = [part.text for part in inner[:2]]
                heads.append("if" if words == ["else", "if"] else words[0] if words else "")
            head = heads.pop() if piece.text == "}" and heads else ""
            after_block = head or "}" if piece.text == "}" else ""
            start, inner, depth = piece.end, [], 0
            continue
        if piece.kind == "newline":
            if not depth and not (inner and inner[-1].text in CONTINUES):
                start, inner = piece.end, []
                after_block = ""
            continue
        depth += (piece.text in ("(", "[")) - (piece.text in (")", "]"))
        depth = max(depth, 0)
        inner.append(piece)
    return start, inner, "" if inner else after_block


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
    from lark.exceptions import LarkError

    from grammar.parser import parser
    from grammar.problem import SyntaxProblem

    try:
        state = parser().parse_interactive(statement)
        for _ in state.iter_parse():
            pass
        return frozenset(state.accepts())  # type: ignore[no-untyped-call]
    except (LarkError, SyntaxProblem):
        return NEVER
