"""What a check finds wrong with a program: every problem once, in the order of the source."""

from __future__ import annotations

from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.blame import trouble_problem
from minitorch_shell.results import Fix, Place, Problem
from minitorch_shell.trouble import Trouble


class Findings:
    """The problems found so far in a source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._told: set[tuple[str, Place | None]] = set()

    def report(self, trouble: Trouble, node: s.Node, fix: str | None = None) -> None:
        """Add a problem at `node`, unless it is known; `fix` is what may stand there instead."""
        problem = trouble_problem(self.source, node, trouble)
        if fix is not None and problem.place is not None:
            problem = problem._replace(fix=Fix(problem.place, fix))
        if (problem.code, problem.place) not in self._told:
            self._told.add((problem.code, problem.place))
            self.problems.append(problem)

    def in_order(self) -> list[Problem]:
        """All problems, as they stand in the source from its beginning to its end."""
        return sorted(
            self.problems, key=lambda p: (p.place.line, p.place.column) if p.place else ()
        )
