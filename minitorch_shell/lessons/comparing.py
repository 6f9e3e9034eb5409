"""A lesson run step by step, and compared with what it says that it prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.lessons.steps import Step, steps_of
from minitorch_shell.rendering.receiver import Receiver
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import FileReport, Mismatch, Problem, Result

PLAIN = Style(colour=False, unicode=True)


def matches(expected: str, printed: str) -> bool:
    """Whether a printed line is the expected one; `...` stands for anything."""
    parts = map(re.escape, expected.split("..."))
    return re.fullmatch(".*".join(parts), printed, re.DOTALL) is not None


def mismatch(step: Step, printed: Sequence[str]) -> Mismatch | None:
    """The difference between what a step printed and what it should, None where there is none."""
    got = [line.rstrip() for line in printed]
    pairs = zip_longest(step.expected, got)
    if all(a is not None and b is not None and matches(a, b) for a, b in pairs):
        return None
    return Mismatch(step.line, tuple(step.expected), tuple(got))


class Listener(Receiver):
    """Keeps the lines that go to standard output; errors are passed on and counted."""

    def __init__(self, problems: Receiver) -> None:
        self.problems = problems
        self.lines: list[str] = []
        self.errors = 0

    def write(self, result: Result) -> None:
        if not isinstance(result, Problem):
            self.lines.extend(map(self.spend, result_lines(result, PLAIN)))
        elif result.severity == "error":
            self.errors += 1
            self.problems(result)


class Comparison:
    """A program that is run and compared, statement by statement, until one fails.

    What has been found so far stays known, whatever ends the run.
    """

    def __init__(self, source: Source, listener: Listener, interpreter: Interpreter) -> None:
        self.source = source
        self.listener = listener
        self.interpreter = interpreter
        self.compared = 0
        self.mismatches: list[Mismatch] = []

    def run(self) -> bool:
        """Run it; False where it has an error."""
        source, lines = self.source, self.listener.lines
        program = self.interpreter.check(source)
        if program is None:
            return False
        steps, orphans = steps_of(program, source)
        self.mismatches += [
            Mismatch(line, ("(no statement stands above this)",), ()) for line in orphans
        ]
        for step in steps:
            lines.clear()
            done = all(self.interpreter.execute_statement(part, source) for part in step.statements)
            if step.expected:
                self.compared += 1
                difference = mismatch(step, lines)
                if difference is not None:
                    self.mismatches.append(difference)
            if not done:
                return False
        return True

    def report(self, allow_empty: bool) -> FileReport:
        """What was found. A program that compares nothing fails, unless that is allowed."""
        errors = self.listener.errors
        shown = self.compared > 0 or allow_empty
        return FileReport(
            self.source.name,
            shown and not (self.mismatches or errors),
            self.compared,
            tuple(self.mismatches),
            errors,
        )
