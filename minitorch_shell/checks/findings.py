"""What a check finds wrong with a program: every problem once, in the order of the source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.problems.placing import place, trouble_problem, with_import
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Fix, Place, Problem

Elsewhere = tuple[tuple[s.Node, Source, str], ...]  # further places in other files, with labels


class Findings:
    """The problems found so far; `source` is the one that is being looked at."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._orders: list[list[tuple[int, int]]] = []
        self._told: dict[tuple[str, Place | None], int] = {}
        self._imports: list[Place] = []  # those that led to `source`, outermost first

    @contextmanager
    def inside(self, source: Source, statement: s.Import) -> Iterator[None]:
        """While a file is looked at, problems lie in it and mark the `import` as well."""
        outer = self.source
        self._imports.append(place(outer, statement.place))
        self.source = source
        try:
            yield
        finally:
            self.source = outer
            self._imports.pop()

    def report(
        self,
        trouble: Trouble,
        node: s.Node,
        fix: str | None = None,
        elsewhere: Elsewhere = (),
        note: bool = False,
    ) -> None:
        """Add a problem at `node`, unless it is known; `fix` is what may stand there instead.

        A `note` does not keep the program from running.
        """
        problem = trouble_problem(self.source, node, trouble)
        if note:
            problem = problem._replace(severity="note")
        if fix is not None and problem.place is not None:
            problem = problem._replace(fix=Fix(problem.place, fix))
        if elsewhere:
            places = tuple((place(source, at.place), label) for at, source, label in elsewhere)
            problem = problem._replace(related=places)
        self.add(problem)

    def add(self, problem: Problem) -> None:
        """Add a problem in the source that is being looked at, unless it is known.

        A note is replaced by an error: a file may be imported perhaps, and later for sure.
        """
        key = problem.code, problem.place
        if key in self._told:
            known = self._told[key]
            if problem.severity == "error":
                self.problems[known] = self.problems[known]._replace(severity="error")
            return
        self._told[key] = len(self.problems)
        steps = [*self._imports, problem.place]
        self.problems.append(with_import(problem, self._imports[-1] if self._imports else None))
        self._orders.append([(step.line, step.column) for step in steps if step is not None])

    def in_order(self) -> list[Problem]:
        """All problems from the beginning to the end; those of a file where it is imported."""
        order = sorted(range(len(self.problems)), key=self._orders.__getitem__)
        return [self.problems[at] for at in order]
