"""Colours of the text while it is typed.

The project's Pygments lexer reads a text from its start. So that a key in a long text costs little,
the text is cut where a line begins outside of round and square brackets, and each part is
coloured once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer, PygmentsLexer

from grammar.scan import CONTINUES, meaningful
from minitorch_shell.assist.highlighting import ProgramLexer

_whole = PygmentsLexer(ProgramLexer)


class ShellLexer(Lexer):
    """ProgramLexer for prompt_toolkit, part by part."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        lines = document.lines
        starts = part_starts(lines)

        def line(number: int) -> StyleAndTextTuples:
            if not 0 <= number < len(lines):
                return []
            start, stop = starts[number]
            return _coloured("\n".join(lines[start:stop]))[number - start]

        return line


def part_starts(lines: list[str]) -> list[tuple[int, int]]:
    """For each line, the first line of its part and the one behind its last."""
    found: list[tuple[int, int]] = []
    start = depth = 0
    for number, line in enumerate(lines):
        change, goes_on = _shape(line)
        depth = max(0, depth + change)
        if not depth and not goes_on:
            found += [(start, number + 1)] * (number + 1 - start)
            start = number + 1
    return found + [(start, len(lines))] * (len(lines) - start)


@lru_cache(maxsize=4_096)
def _shape(line: str) -> tuple[int, bool]:
    """How many round and square brackets a line leaves open, and whether it ends in an operator."""
    texts = [piece.text for piece in meaningful(line)]
    change = sum((text in ("(", "[")) - (text in (")", "]")) for text in texts)
    return change, bool(texts) and texts[-1] in CONTINUES


@lru_cache(maxsize=4_096)
def _coloured(text: str) -> list[StyleAndTextTuples]:
    document = Document(text)
    line = _whole.lex_document(document)
    return [line(number) for number in range(len(document.lines))]
