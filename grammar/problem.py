"""The record of a text that is not a program."""

from __future__ import annotations

from typing import NamedTuple

from grammar.source import Span

OWN = "own"  # the group of a name that is bound, beside those of predefined names


class Fix(NamedTuple):
    """A proposed replacement; the text with it parses, or gets further."""

    span: Span
    text: str

    def apply(self, text: str) -> str:
        """The text with the replacement made."""
        return text[: self.span.start] + self.text + text[self.span.end :]


class SyntaxProblem(Exception):  # noqa: N818 (it is the problem itself, as data)
    """A text that is not a program: a code (MT1xx, MT7xx), what, where, what to write instead.

    `related` are further places, each with its label; `fix` is a replacement to offer. `covers` are
    the places of this one mistake in all of the text; none where it concerns one statement.
    `stopped` is where the parser could not go on.
    """

    def __init__(
        self,
        code: str,
        message: str,
        place: Span,
        label: str = "",
        help: str = "",
        related: list[tuple[Span, str]] | None = None,
        fix: Fix | None = None,
        covers: tuple[Span, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
        self.label = label
        self.help = help
        self.related = related or []
        self.fix = fix
        self.covers = covers
        self.stopped = place.start

    def moved(self, offset: int) -> SyntaxProblem:
        """The same problem, of a text that has so many characters more before it."""

        def move(span: Span) -> Span:
            return Span(span.start + offset, span.end + offset)

        self.place = move(self.place)
        self.related = [(move(span), label) for span, label in self.related]
        self.fix = Fix(move(self.fix.span), self.fix.text) if self.fix else None
        self.covers = tuple(map(move, self.covers))
        self.stopped += offset
        return self
