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


def compare(source: Source, listener: Listener, interpreter: Interpreter) -> FileReport:
    """Run a program and compare, statement by statement, until one fails."""
    program = interpreter.check(source)
    if program is None:
        return FileReport(source.name, False, 0, (), listener.errors)
    steps, orphans = steps_of(program, source)
    found = [Mismatch(line, ("(no statement stands above this)",), ()) for line in orphans]
    checked = 0
    for step in steps:
        listener.lines.clear()
        done = all(interpreter.execute_statement(part, source) for part in step.statements)
        if step.expected:
            checked += 1
            difference = mismatch(step, listener.lines)
            if difference is not None:
                found.append(difference)
        if not done:
            break
    return FileReport(
        source.name, not (found or listener.errors), checked, tuple(found), listener.errors
    )
