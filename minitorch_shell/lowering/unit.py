"""What one compiled statement is."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import CodeType

from grammar import syntax as s
from grammar.source import Source


@dataclass(slots=True)
class Unit:
    """One compiled top-level statement: its code, and the node behind each line number."""

    source: Source
    nodes: list[s.Node]
    code: CodeType | None = None
    builtins: set[str] = field(default_factory=set)  # the predefined names and helpers it uses

    def node(self, line: int) -> s.Node:
        return self.nodes[min(line, len(self.nodes) - 1)]
