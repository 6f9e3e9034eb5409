"""`--test`: run a file and compare what it prints with its `#=` lines."""

from __future__ import annotations

from collections.abc import Sequence

from grammar.source import Source
from minitorch_shell.command_line.programs import (
    Options,
    Program,
    goes_back,
    name_of,
    new_interpreter,
    receiver_for,
    run_bounded,
    source_of,
)
from minitorch_shell.command_line.status import FAILED, FINE, NO_FILE
from minitorch_shell.lessons.comparing import Comparison, Listener
from minitorch_shell.rendering.receiver import Receiver
from minitorch_shell.results.records import FileReport, Result


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
    listener = Listener(receive)
    interpreter = new_interpreter(listener, options, [source])
    interpreter.session.journal.on = goes_back(source)  # as in a run
    comparison = Comparison(source, listener, interpreter)
    run_bounded(options.limits, interpreter, comparison.run)
    return comparison.report(options.allow_empty)


def _summary(files: int, passed: int) -> Result:
    from minitorch_shell.results.records import Lines

    failed = files - passed
    return Lines((f"{files} files: {passed} passed, {failed} failed",), "summary")
