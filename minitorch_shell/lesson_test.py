"""`--test`: run a file and compare what it prints with its `#=` lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from grammar import syntax
from grammar.narration import expectations
from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.rendering.receiver import Receiver
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import FileReport, Mismatch, Problem, Result
from minitorch_shell.script import (
    FAILED,
    FINE,
    NO_FILE,
    Options,
    Program,
    goes_back,
    name_of,
    new_interpreter,
    receiver_for,
    run_bounded,
    source_of,
)

PLAIN = Style(colour=False, unicode=True)


@dataclass(slots=True)
class Step:
    """The statements of one line, and what stands in the `#=` lines below them."""

    statements: list[syntax.Statement]
    expected: list[str]
    line: int  # of the first of those; 0 where there is none


def steps_of(program: syntax.Program, source: Source) -> tuple[list[Step], list[int]]:
    """The program cut before each line of statements, and the lines of `#=` with nothing above.

    Statements that share a line share the `#=` lines below it.
    """
    steps: list[Step] = []
    step_of: dict[int, Step] = {}
    last_line = 0
    for statement in program.statements:
        if source.position(statement.place.start).line == last_line:
            steps[-1].statements.append(statement)
        else:
            steps.append(Step([statement], [], 0))
        step_of[id(statement)] = steps[-1]
        last_line = source.position(max(statement.place.start, statement.place.end - 1)).line
    orphans: list[int] = []
    for above, remarks in expectations(source, program):
        if above is None:
            orphans.append(remarks[0].line)
            continue
        step = step_of[id(above)]
        step.line = step.line or remarks[0].line
        step.expected.extend(remark.text.rstrip() for remark in remarks)
    return steps, orphans


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


class _Listener(Receiver):
    """Keeps the lines that go to standard output; errors and notes are passed on."""

    def __init__(self, problems: Receiver) -> None:
        self.problems = problems
        self.lines: list[str] = []
        self.errors = 0

    def write(self, result: Result) -> None:
        if not isinstance(result, Problem):
            self.lines.extend(result_lines(result, PLAIN))
        elif result.severity == "error":
            self.errors += 1
            self.problems(result)


def compare(source: Source, listener: _Listener, interpreter: Interpreter) -> FileReport:
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


def run_files(programs: Sequence[Program], options: Options) -> int:
    """`--test`: a line for each file, its differences, and a summary; the exit status.

    A file that cannot be read fails like any other; where none can, the status says that.
    """
    receive = receiver_for(options.format, options.color)
    passed = readable = 0
    for program in programs:
        source = source_of(program, receive, options)
        if source is None:
            report = FileReport(name_of(program), False, 0, (), 1, readable=False)
        else:
            readable += 1
            report = _tested(source, receive, options)
        receive(report)
        passed += report.passed
    if options.format == "text" and len(programs) > 1:
        receive(_summary(len(programs), passed))
    return FINE if passed == len(programs) else FAILED if readable else NO_FILE


def _tested(source: Source, receive: Receiver, options: Options) -> FileReport:
    """What came of one file, in a session of its own."""
    listener = _Listener(receive)
    interpreter = new_interpreter(listener, options, [source])
    interpreter.session.journal.on = goes_back(source)  # as in a run
    reports: list[FileReport] = []

    def work() -> bool:
        reports.append(compare(source, listener, interpreter))
        return True

    if not run_bounded(options.limits, interpreter, work):
        return FileReport(source.name, False, 0, (), 1)
    return reports[0]


def _summary(files: int, passed: int) -> Result:
    from minitorch_shell.results.records import Lines

    failed = files - passed
    return Lines((f"{files} files: {passed} passed, {failed} failed",), "summary")
