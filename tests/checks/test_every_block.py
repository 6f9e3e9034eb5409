"""A statement with a block that nobody wrote a check for is refused, not passed over."""

from dataclasses import dataclass

import pytest

from grammar import syntax
from grammar.parser import parse
from grammar.source import Source, Span
from minitorch_shell.checks.resolver import resolve


@dataclass(slots=True, eq=False, repr=False)
class Sometimes(syntax.Statement):
    """`sometimes condition { ... }`, which the language does not have."""

    condition: syntax.Expression
    body: syntax.Block


def test_a_block_without_a_check_is_noticed() -> None:
    source = Source("t.mt", "break")
    place = Span(0, 5)
    body = syntax.Block(place, parse(source).statements)
    program = syntax.Program(place, [Sometimes(place, syntax.Boolean(place, False), body)])
    with pytest.raises(TypeError, match="no check of Sometimes"):
        resolve(program, source, {})
