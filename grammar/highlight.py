"""The Pygments lexer of the language: one for the shell, the docs and `pygmentize`.

It never fails and gives back every character of its text, whether the text parses or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from grammar.scan import CLOSER, CONTINUES, Piece, scan
from grammar.vocabulary import vocabulary

TokenType = Any  # Pygments' own type is not exported in a usable form
Coloured = tuple[int, TokenType, str]

# Comments with a meaning; styles that do not know these types colour them as comments.
_COMMENTS = {
    "#:": Comment.Narration,
    "#=": Comment.Expected,
    "#!": Comment.Presenter,
}
_GROUPS = {
    "function": Name.Builtin,
    "loss": Name.Builtin,
    "optimizer": Name.Builtin,
    "layer": Name.Class,
    "data": Name.Builtin.Pseudo,
    "constant": Name.Constant,
}
_OPERATOR_WORDS = frozenset({"and", "or", "not", "in"})
_ASSIGNMENTS = frozenset({"=", ":=", "+=", "-=", "*=", "/="})
# What follows a command word that is a name there, as in `step = 0.1` and `train, test = ...`.
_MAKES_A_NAME = _ASSIGNMENTS | frozenset(["==", "!=", "<=", ">=", "<", ">", *",*/%^@", "**"])
# In which statements the context words mean something.
_CONTEXT = {"on": {"train", "test"}, "to": {"save", "export"}, "as": {"export"}}
_STRING_PARTS = re.compile(r'\\["nt\\]|\\.|[^\\]+|\\', re.DOTALL)
_ESCAPES = frozenset({"\\n", "\\t", '\\"', "\\\\"})


class MinitorchLexer(Lexer):  # type: ignore[misc]
    """Colours for minitorch programs.

    Option `builtins`: predefined names by group (`function`, `loss`, `optimizer`, `layer`, `data`,
    `constant`), such as `{"layer": ["linear"]}`; none by default.
    """

    name = "minitorch"
    aliases: ClassVar[list[str]] = ["minitorch", "mt"]
    filenames: ClassVar[list[str]] = ["*.mt"]
    mimetypes: ClassVar[list[str]] = ["text/x-minitorch"]
    url = "https://pypi.org/project/minitorch-shell/"

    def __init__(self, **options: Any) -> None:
        groups: Mapping[str, Iterable[str]] = options.pop("builtins", {})
        super().__init__(**options)
        self._predefined: dict[str, TokenType] = {
            name: _GROUPS.get(group, Name.Builtin)
            for group, names in groups.items()
            for name in names
        }

    def get_tokens_unprocessed(self, text: str) -> Iterator[Coloured]:
        """Offset, token type and text of every piece of `text`."""
        reader = _Reader(text, self._predefined)
        for at in range(len(reader.pieces)):
            yield from reader.colour(at)


class _Reader:
    """Walks over the pieces and knows where in a statement it is."""

    def __init__(self, text: str, predefined: Mapping[str, TokenType]) -> None:
        self.text = text
        self.pieces = list(scan(text))
        self.predefined = predefined
        self.words = vocabulary()
        self.opened: list[str] = []
        self.at_start = True  # of a statement
        self.command = ""  # the command word of the current statement
        self.previous: Piece | None = None  # in the same statement
        self.with_options = False  # behind `with`
        self.following = self._following()

    def _following(self) -> list[Piece | None]:
        """For each piece the next one that is neither space nor comment (a line end counts)."""
        found: list[Piece | None] = []
        later: Piece | None = None
        for piece in reversed(self.pieces):
            found.append(later)
            if piece.kind not in ("space", "comment"):
                later = piece
        return found[::-1]

    def colour(self, at: int) -> Iterator[Coloured]:
        piece = self.pieces[at]
        if piece.kind in ("string", "unclosed"):
            self._advance(piece)
            yield from _string(piece)
            return
        token = self._token(piece, self.following[at])
        yield piece.start, token, piece.text

    def _token(self, piece: Piece, after: Piece | None) -> TokenType:
        """The type of a piece; also moves the reader behind it."""
        if piece.kind == "space":
            return Whitespace
        if piece.kind == "newline":
            self._line_end()
            return Whitespace
        if piece.kind == "comment":
            if piece.start == 0 and piece.text.startswith("#!"):
                return Comment.Hashbang
            return _COMMENTS.get(piece.text[:2], Comment.Single)
        if self.command == "help" and self.previous is not None and piece.text not in "{};":
            self._advance(piece)
            return Name.Label
        token = self._code(piece, after)
        is_command = token is Keyword.Command and piece.kind == "word"
        self._advance(piece)
        if is_command:
            self.command = piece.text
            # `time` is followed by a statement.
            self.at_start = piece.text == "time"
        return token

    def _code(self, piece: Piece, after: Piece | None) -> TokenType:
        if piece.kind == "word":
            return self._word(piece, after)
        if piece.kind == "number":
            return Number.Integer if piece.text.isdigit() else Number.Float
        if piece.kind in ("open", "close") or piece.text in (",", ";", ":"):
            return Punctuation
        if piece.text == "?":
            touching = self.previous is not None and self.previous.end == piece.start
            name_help = touching and not self.opened and self.previous_kind == "word"
            return Keyword.Command if name_help else Keyword.Pseudo
        return Operator if piece.kind in ("operator", "primes") else Error

    @property
    def previous_kind(self) -> str:
        return "" if self.previous is None else self.previous.kind

    def _word(self, piece: Piece, after: Piece | None) -> TokenType:
        word = piece.text
        if word in self.words.reserved:
            if word in ("true", "false"):
                return Keyword.Constant
            return Operator.Word if word in _OPERATOR_WORDS else Keyword
        sign = after.text if after is not None else ""
        if self.at_start and word in self.words.commands:
            name_help = sign == "?" and after is not None and after.start == piece.end
            if sign not in _MAKES_A_NAME and not name_help:
                return Keyword.Command
        if word == "where" and self._is_where(after):
            return Keyword
        if self._is_context_word(word, after):
            return Keyword
        if sign == "=" and self._takes_options():
            return Name.Attribute  # a named argument or an option: `lr=0.1`
        return self.predefined.get(word, Name)

    def _is_where(self, after: Piece | None) -> bool:
        """Whether `where` is the word of a definition: behind a value or before a name."""
        outside = not self.opened or self.opened[-1] == "{"
        return outside and after is not None and after.kind == "word"

    def _takes_options(self) -> bool:
        """Whether `name=` would be an argument of a call or an option here."""
        if self.opened and self.opened[-1] != "{":
            return True
        return self.with_options or self.command in ("train", "test", "set")

    def _is_context_word(self, word: str, after: Piece | None) -> bool:
        if self.opened and self.opened[-1] != "{":
            return False
        if word not in {*_CONTEXT, "with", "compiled"} or after is None or after.text == "=":
            return False
        if word == "compiled":
            behind_show = self.previous is not None and self.previous.text == "show"
            return behind_show and self.command == "show" and after.kind == "word"
        behind_value = (
            self.previous is not None
            and self.previous.kind in ("word", "string", "close", "number")
            and self.previous.text not in (self.command, *self.words.reserved)
        )
        if word == "to" and self.command in ("undo", "history"):
            return self.previous is not None and self.previous.text == self.command
        if word == "with":
            self.with_options = behind_value and after.kind == "word"
            return self.with_options
        return behind_value and self.command in _CONTEXT[word]

    def _line_end(self) -> None:
        inside = bool(self.opened) and self.opened[-1] != "{"
        goes_on = self.previous is not None and self.previous.text in CONTINUES
        if not inside and not goes_on:
            self._new_statement()

    def _new_statement(self) -> None:
        self.at_start, self.command, self.previous = True, "", None
        self.with_options = False

    def _advance(self, piece: Piece) -> None:
        if piece.text in CLOSER:
            self.opened.append(piece.text)
        elif piece.kind == "close" and self.opened:
            self.opened.pop()
        if piece.text in ("{", "}", ";"):
            self._new_statement()
        else:
            self.at_start, self.previous = False, piece


def _string(piece: Piece) -> Iterator[Coloured]:
    """A string, its escapes apart."""
    for part in _STRING_PARTS.finditer(piece.text):
        text = part.group()
        if not text.startswith("\\"):
            token = String.Double
        else:
            token = String.Escape if text in _ESCAPES else Error
        yield piece.start + part.start(), token, text
