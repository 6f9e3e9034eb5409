"""The words of the language, read from the terminals of `minitorch.lark`.

Highlighting, completion, help and "did you mean" all take them from here, so that the grammar is
the one place where a word is written down. Imports neither Lark nor Pygments.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import NamedTuple

# A plain path: to import pathlib would take a good part of the start of a short program.
GRAMMAR_FILE = os.path.join(os.path.dirname(__file__), "minitorch.lark")

# `_IF: /if(?!\w)/`, `_ZERO.5: /zero(?!\w)(?!...)/`, `_ON.4: /on(?!\w)(?!...)/`; the priority says
# which kind of word it is. `else` has the line ends before it in its pattern.
_TERMINAL = re.compile(
    r"^_?[A-Z]+(?:\.(?P<priority>\d+))?: */(?:\(\?:\S* ?\S*\)\*)?(?P<word>[a-z]+)\(\?!\\w\)",
    re.MULTILINE,
)


class Vocabulary(NamedTuple):
    """Words in the order of the grammar file."""

    reserved: tuple[str, ...]  # never names: `if`, `for`, `grad`, ...
    commands: tuple[str, ...]  # commands at the start of a statement, elsewhere names
    context: tuple[str, ...]  # `on`, `to`, `as`, `with`, `compiled`: inside some statements


@cache
def vocabulary() -> Vocabulary:
    """The words, from the grammar's text."""
    found: dict[str, list[str]] = {"reserved": [], "commands": [], "context": []}
    kinds = {None: "reserved", "9": "reserved", "5": "commands", "4": "context", "8": "context"}
    with open(GRAMMAR_FILE, encoding="utf-8") as file:
        text = file.read()
    for match in _TERMINAL.finditer(text):
        found[kinds[match["priority"]]].append(match["word"])
    return Vocabulary(**{kind: tuple(words) for kind, words in found.items()})
