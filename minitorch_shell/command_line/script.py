"""Running programs that are there as a whole: files, `-c`, standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from grammar.source import Source
from minitorch_shell.command_line.programs import (
    Options,
    Program,
    goes_back,
    new_interpreter,
    receiver_for,
    run_bounded,
    source_of,
    sources_of,
)
from minitorch_shell.command_line.status import FAILED, FINE, INTERRUPTED, NO_FILE
from minitorch_shell.interpreter.interpreter import Interpreter


def run_programs(
    programs: Sequence[Program],
    options: Options,
    prepare: Callable[[Interpreter], None] = lambda interpreter: None,
) -> tuple[int, Interpreter]:
    """Run programs in one session, up to the first that fails: the exit status, the interpreter.

    `prepare` is called with the interpreter before. Ctrl-C is passed on, unless the shell is to
    follow.
    """
    receive = receiver_for(options.format, options.color)
    sources, complete = sources_of(programs, receive, options)
    interpreter = new_interpreter(receive, options, sources)
    if not complete:
        return NO_FILE, interpreter
    prepare(interpreter)
    interpreter.session.journal.on = options.interactive or any(map(goes_back, sources))
    try:
        done = run_bounded(options.limits, interpreter, lambda: all(map(interpreter.run, sources)))
    except KeyboardInterrupt:
        if not options.interactive:
            raise
        print(file=sys.stderr)  # the terminal has shown ^C in the line
        return INTERRUPTED, interpreter
    return FINE if done else FAILED, interpreter


def check_programs(programs: Sequence[Program], options: Options) -> int:
    """`--check`: report all that can be known to be wrong; nothing is run.

    A file that cannot be read fails like any other; where none can, the status says that.
    """
    receive = receiver_for(options.format, options.color)
    fine, readable = True, 0
    for program in programs:
        source = source_of(program, receive, options)
        if source is None:
            fine = False
            continue
        readable += 1
        interpreter = new_interpreter(receive, options, [source])

        def find(interpreter: Interpreter = interpreter, source: Source = source) -> bool:
            return interpreter.check(source, strict=True) is not None

        fine = run_bounded(options.limits, interpreter, find) and fine
    return FINE if fine else FAILED if readable else NO_FILE
