"""Text to syntax tree."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import lark
from lark import Lark, Token
from lark.exceptions import UnexpectedInput, VisitError

from grammar import syntax
from grammar.builder import Builder
from grammar.mistakes import diagnose
from grammar.problem import Fix, SyntaxProblem
from grammar.reject import check_depth
from grammar.scan import CLOSER, CONTINUES
from grammar.source import Source, Span
from grammar.vocabulary import GRAMMAR_FILE

TABLES_FILE = Path(__file__).with_name("tables.json")

# Beyond this the recursion of later stages would be at risk; no one writes it by hand.
DEEPEST_NESTING = 100


class LineEnds:
    """Drops the line ends that do not count: within `( )` and `[ ]`, and after what must go on.

    Lark calls this between lexer and parser (its `postlex`).
    """

    always_accept = ("_NEWLINE",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        opened: list[str] = []
        previous = ""
        for token in stream:
            text = str(token)
            if token.type == "_NEWLINE":
                if (opened and opened[-1] != "{") or previous in CONTINUES:
                    continue
            elif text in CLOSER:
                opened.append(text)
                if len(opened) > DEEPEST_NESTING:
                    at = token.start_pos or 0
                    raise SyntaxProblem(
                        "MT701",
                        f"brackets nested more than {DEEPEST_NESTING} deep",
                        Span(at, at + 1),
                        "one too many",
                        "give an inner part a name of its own",
                    )
            elif text in (")", "]", "}") and opened:
                opened.pop()
            previous = text
            yield token


def build() -> Lark:
    """The parser made from the grammar file: slow, so `parser()` loads ready-made tables."""
    return Lark(
        GRAMMAR_FILE.read_text(encoding="utf-8"),
        parser="lalr",
        postlex=LineEnds(),
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=Builder(),
    )


def fingerprint() -> str:
    """What the tables depend on: the grammar and the version of Lark."""
    return f"{zlib.crc32(GRAMMAR_FILE.read_bytes()):08x} {lark.__version__}"


def tables(made: Lark) -> dict[str, Any]:
    """The parse tables of a built parser as plain data for `tables.json`."""
    data, memo = made.memo_serialize([lark.lexer.TerminalDef, lark.grammar.Rule])
    data["options"] |= {"postlex": None, "transformer": None}
    return {"fingerprint": fingerprint(), "data": data, "memo": memo}


def _integers(table: dict[str, Any]) -> dict[int, Any]:
    """Undo what JSON does to a dictionary whose keys are numbers."""
    return {int(key): value for key, value in table.items()}


def _restore(stored: dict[str, Any]) -> dict[str, Any]:
    """The tables as Lark wrote them, from what JSON made of them."""
    table = stored["data"]["parser"]["parser"]
    table["tokens"] = _integers(table["tokens"])
    table["states"] = {int(key): _integers(row) for key, row in table["states"].items()}
    return {"data": stored["data"], "memo": _integers(stored["memo"])}


@cache
def parser() -> Lark:
    """The parser, from the tables that came with the package if they fit the grammar."""
    try:
        stored = json.loads(TABLES_FILE.read_text(encoding="utf-8"))
        if stored["fingerprint"] == fingerprint():
            made = Lark.__new__(Lark)
            return made._load(
                _restore(stored),
                postlex=LineEnds(),
                transformer=Builder(),
            )
    except (OSError, ValueError, KeyError, TypeError):
        pass  # missing or damaged tables cost time, not correctness
    return build()


def parse(source: Source) -> syntax.Program:
    """The syntax tree of a whole program.

    Raises `SyntaxProblem`, which says what is wrong, where, and what to write instead.
    """
    try:
        return _tree(source)
    except SyntaxProblem as problem:
        if problem.fix is not None and not _helps(problem.fix, source):
            problem.fix = None
        raise


def _tree(source: Source) -> syntax.Program:
    try:
        tree: syntax.Program = parser().parse(source.text)  # type: ignore[assignment]
    except UnexpectedInput as unexpected:
        raise diagnose(source, unexpected) from None
    except VisitError as error:
        if isinstance(error.orig_exc, SyntaxProblem):
            raise error.orig_exc from None
        raise
    check_depth(tree)
    return tree


def _helps(fix: Fix, source: Source) -> bool:
    """Whether the text with the fix parses, or at least gets beyond the place of the fix."""
    try:
        _tree(Source(source.name, fix.apply(source.text)))
    except SyntaxProblem as later:
        return later.place.start > fix.span.start + len(fix.text)
    return True
