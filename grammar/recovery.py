"""All that is wrong with a text that does not parse: behind each mistake the reading goes on.

A statement with a mistake is blanked out, and the text is parsed again from the top-level statement
that it stands in. Of the head of a block only the head goes; what stands in the block is read all
the same. So mistakes in statements of their own do not hide each other, and a text without any
costs nothing. What is wrong only because a statement is missing now (the `}` of a block whose head
is gone, an `else` without its `if`) is not told.
"""

from __future__ import annotations

from collections.abc import Iterator

from grammar.mistakes.context import HEADS, begins_statement, indent_at
from grammar.parser import Predefined, parse
from grammar.problem import SyntaxProblem
from grammar.scan import Piece, goes_on, scan
from grammar.source import Source, Span

MOST = 100  # mistakes that are told; nobody mends more at a time

# Words of Python and its relatives whose block means nothing here, whatever stands in it.

_FOREIGN_BLOCKS = frozenset({"def", "class", "function", "try"})
_FOREIGN_LATER = frozenset({"except", "catch", "finally"})
_LIKE_STRINGS = frozenset({"MT104", "MT106"})  # what looks like brackets in them is text


def syntax_problems(
    source: Source, first: SyntaxProblem, predefined: Predefined
) -> list[SyntaxProblem]:
    """What is wrong with a text, in its order, at most `MOST` mistakes.

    `first` is what `parse` raised.
    """
    return _Recovery(source, predefined).problems(first)


class _Recovery:
    """The text, blanked out where mistakes were found, and where the parser begins anew."""

    def __init__(self, source: Source, predefined: Predefined) -> None:
        self.name = source.name
        self.text = self.original = source.text
        self.predefined = predefined
        self.start = 0
        self.stopped = -1  # where the parser stopped last
        self.closed = False  # whether what comes behind is a statement for sure
        self.headless = 0  # blocks without `{` whose head is gone: so many `}` will be too many
        self.colons = False  # whether a block of Python's form lost its head

    def problems(self, problem: SyntaxProblem | None) -> list[SyntaxProblem]:
        """All of them, from the first on."""
        found: list[SyntaxProblem] = []
        while problem is not None:
            statement = _Statement(self.text, self.start, problem)
            if not self._follows(problem, statement):
                found.append(problem)
            self.stopped, self.closed = problem.stopped, statement.closed
            if len(found) == MOST or not self._without(problem, statement):
                break
            problem = self._next()
        return sorted(found, key=lambda problem: problem.place.start)

    def _next(self) -> SyntaxProblem | None:
        try:
            parse(Source(self.name, self.text[self.start :]), self.predefined)
        except SyntaxProblem as problem:
            found = problem.moved(self.start)
            place = found.fix.span if found.fix else Span(0, 0)
            if self.text[slice(*place)] != self.original[slice(*place)]:
                found.fix = None  # it would leave out what was mistaken before
            return found
        return None

    def _follows(self, problem: SyntaxProblem, statement: _Statement) -> bool:
        """Whether there would be no such problem without those before it."""
        if problem.stopped == self.stopped and not self.closed:
            return True
        if self.headless and self.text[problem.stopped : problem.stopped + 1] == "}":
            self.headless -= 1
            return True
        return self.colons and statement.word in ("else", "elif") and statement.colon

    def _without(self, problem: SyntaxProblem, statement: _Statement) -> bool:
        """Take the statement out of the text; False where there is nothing to go on with."""
        if problem.covers:
            before = self.text
            for span in problem.covers:
                self._replace(*span)
            return self.text != before
        if statement.word in HEADS and statement.opener is None:
            self.headless += statement.further_below and not statement.colon
            self.colons |= statement.colon
        before = self.text
        self._replace(statement.first, statement.end)
        if statement.opener is not None:
            self._open_out(statement.opener)
        self.start = statement.top
        return self.text != before and bool(self.text[self.start :].strip())

    def _replace(self, start: int, end: int, by: str = "") -> None:
        """Put `by` there, and blanks behind it; lines stay lines."""
        blank = "".join(" " if c != "\n" else c for c in self.text[start + len(by) : end])
        self.text = self.text[:start] + by + blank + self.text[end:]

    def _open_out(self, opener: int) -> None:
        """Take away the braces of a block, so that its statements stand for themselves.

        Of an `else` behind it, the word goes too.
        """
        closer = _closing(self.text, opener)
        self._replace(opener, opener + 1)
        if closer is None:
            return
        self._replace(closer, closer + 1, ";")
        behind = _pieces(self.text, closer + 1)
        word = next((p for p in behind if p.kind != "newline"), None)
        if word is None or word.text not in ("else", "elif"):
            return
        self._replace(word.start, word.end)
        after = next(behind, None)
        if word.text == "elif" and after is not None:  # of a chain of mistakes the first is told
            after = next((p for p in behind if p.text == "{"), None)
            if after is not None:
                self._replace(word.start, after.start)
        if after is not None and after.text == "{":
            self._open_out(after.start)


class _Statement:
    """The statement in which a mistake stands.

    `first` and `end` are the offsets to blank out, `top` is that of the statement around it that
    stands in no block, `word` its first word, `opener` the `{` of its block; `colon` says whether
    it ends with `:`, as a head of Python's; `further_below` that the next line stands further in;
    `closed` that another one begins before its brackets are closed.
    """

    def __init__(self, text: str, start: int, problem: SyntaxProblem) -> None:
        self.text = text
        self.place = problem.place if problem.code in _LIKE_STRINGS else None
        self.top, self.first, blocks = self._beginning(start, _first_sign(problem))
        self.word = ""
        self.opener: int | None = None
        self.closed = False
        self.end = self._ending(problem.stopped, blocks)
        below = next((p for p in _pieces(text, self.end) if p.kind != "newline"), None)
        margin = indent_at(text, self.first)
        self.further_below = below is not None and indent_at(text, below.start) > margin
        self.colon = text[self.first : self.end].rstrip().endswith(":")
        if self.word in _FOREIGN_BLOCKS:
            self.end = self._behind_foreign_block(self.end)

    def _beginning(self, start: int, target: int) -> tuple[int, int, int]:
        """Where the statement begins, and the one around it; how many blocks lie around it."""
        top = first = start
        opened: list[str] = []
        before: Piece | None = None
        previous: Piece | None = None
        fresh = True
        for piece in _pieces(self.text, start):
            if piece.kind == "newline" or piece.text == ";":
                if piece.start >= target and not fresh:
                    break
                inside = opened and opened[-1] != "{"
                more = piece.kind == "newline" and goes_on(before, previous)
                fresh = fresh or not (inside or more)
                continue
            if fresh:
                first = piece.start
                top = top if opened or piece.text == "else" else first
            if piece.end > target:
                break
            fresh = False
            if piece.kind == "open":
                opened.append(piece.text)
                fresh = piece.text == "{"
            elif piece.kind == "close":
                fresh = piece.text == "}"
                while opened and piece.text == "}" and opened[-1] != "{":
                    opened.pop()
                if opened:
                    opened.pop()
            before, previous = previous, piece
        return top, first, opened.count("{")

    def _ending(self, stopped: int, blocks: int) -> int:
        """Where it ends: with its line, before the `}` around it, or behind its own `{`."""
        opened: list[Piece] = []
        before: Piece | None = None
        previous: Piece | None = None
        for piece in _pieces(self.text, self.first):
            if not self.word:
                self.word = piece.text
                if piece.text == "}" and not blocks:
                    return piece.end
            if piece.kind == "newline":
                more = goes_on(before, previous)
                if not opened and not (more and piece.start < stopped):
                    return self._with_brace_below(piece)
                if self._new_statement(previous, piece, more, stopped):
                    self.closed = bool(opened)
                    return piece.start
                continue
            if self.place is not None and self.place.start <= piece.start < self.place.end:
                continue
            if piece.text == "}":
                if not any(p.text == "{" for p in opened):
                    return piece.start if blocks else piece.end
                while opened.pop().text != "{":
                    pass
            elif piece.text == "{":
                if self.word in HEADS and not opened:
                    self.opener = piece.start
                    return piece.start
                if _closing(self.text, piece.start) is not None:
                    opened.append(piece)
            elif piece.kind == "open":
                opened.append(piece)
            elif piece.kind == "close" and opened:
                opened.pop()
            before, previous = previous, piece
        if opened:  # it never ends: what comes behind its line is read anew
            line = self.text.rfind("\n", 0, stopped + 1)
            first_line = self.text.find("\n", self.first)
            return max(line, first_line) if first_line >= 0 else len(self.text)
        return len(self.text)

    def _new_statement(
        self, before: Piece | None, newline: Piece, more: bool, stopped: int
    ) -> bool:
        """Whether the line below begins another statement, though this one is not complete.

        Where the line has to go on, that is so if the parser got into trouble beyond its end.
        """
        after = next((p for p in _pieces(self.text, newline.end) if p.kind != "newline"), None)
        if after is None:
            return False
        if more:
            further = indent_at(self.text, after.start) > indent_at(self.text, self.first)
            return not further and after.start <= stopped
        return begins_statement(self.text, self.first, before, after)

    def _with_brace_below(self, newline: Piece) -> int:
        """The end of a head at its line end, or at the `{` of its block in the next line."""
        after = next((p for p in _pieces(self.text, newline.end) if p.kind != "newline"), None)
        if self.word in HEADS and after is not None and after.text == "{":
            self.opener = after.start
        return newline.start

    def _behind_foreign_block(self, end: int) -> int:
        """The end of the lines that stand further in, and of what goes with them."""
        margin = indent_at(self.text, self.first)
        lines = self.text[end:].split("\n")
        for line in lines[1:]:
            words = line.split()
            belongs = not words or words[0].rstrip(":") in _FOREIGN_LATER
            if not belongs and len(line) - len(line.lstrip(" \t")) <= margin:
                break
            end += 1 + len(line)
        return min(end, len(self.text))


def _first_sign(problem: SyntaxProblem) -> int:
    return min(problem.place.start, problem.stopped)


def _pieces(text: str, start: int) -> Iterator[Piece]:
    """The pieces from an offset on, without spaces and comments."""
    for piece in scan(text, start):
        if piece.kind not in ("space", "comment"):
            yield piece


def _closing(text: str, opener: int) -> int | None:
    """The offset of the `}` that closes a `{`; None where none does."""
    depth = 0
    for piece in scan(text, opener):
        depth += (piece.text == "{") - (piece.text == "}")
        if depth == 0:
            return piece.start
    return None
