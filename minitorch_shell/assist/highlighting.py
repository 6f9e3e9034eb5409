"""The lexer for shell, pages and `pygmentize`: the grammar's, with the predefined names."""

from __future__ import annotations

from typing import Any

from grammar.highlight import MinitorchLexer
from minitorch_shell.catalogue.builtins import TABLE


def names_by_group() -> dict[str, list[str]]:
    """The predefined names, as the lexer's option `builtins` wants them."""
    groups: dict[str, list[str]] = {}
    for entry in TABLE:
        groups.setdefault(entry.group, []).append(entry.name)
    return groups


class ProgramLexer(MinitorchLexer):
    """`MinitorchLexer` that knows the predefined names of the language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"builtins": names_by_group()} | options)
