"""`--recover`: the statements of a session that was cut off are run again."""

from __future__ import annotations

import os
from pathlib import Path

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Problem, Progress, Result
from minitorch_shell.shell.display import Display
from minitorch_shell.shell.logbook import CutOff, Kept, Logbook
from minitorch_shell.values.counts import counted

FIRST_LINE = 60  # characters of a statement that are shown


def told_of(lost: CutOff) -> str:
    """What a new shell says of a session that was cut off."""
    done = counted(len(lost.statements), "statement")
    return f"a session of {done} was cut off ({lost.began}): `minitorch --recover` brings it back"


def bring_back(logbook: Logbook, interpreter: Interpreter, display: Display) -> None:
    """Bring back the latest session that was cut off, without a word of what was shown then.

    Raises KeyboardInterrupt where Ctrl-C stops that; the session is kept as it was.
    """
    lost = logbook.latest_cut_off()
    if lost is None or not logbook.take_over(lost):
        display.say("there is no session to bring back")
        return
    where = _in_folder(lost.folder)
    again = [kept for kept in lost.statements if kept.outcome in ("done", "failed")]
    problems: list[Problem] = []
    try:
        with display.interrupts.listening():
            display.say(f"bringing back {counted(len(again), 'statement')} of {lost.began}{where}")
            for kept in again:
                with display.interrupts.held_back():
                    pass  # a Ctrl-C that struck in the shell's own code takes effect
                found = _run_again(kept, interpreter, display)
                logbook.again(kept)
                problems += found if kept.outcome == "done" else []
    except KeyboardInterrupt:
        display.block.wipe()
        display.say("stopped; the session is kept, `minitorch --recover` begins again")
        raise
    display.block.wipe()
    for problem in problems:
        display(problem)
    for kept in lost.statements:
        if kept not in again:
            why = "under way" if kept.outcome == "begun" else "stopped"
            display.say(f"not run again, it was {why}: {_first_line(kept.text)}")
            logbook.drop(kept)


def _in_folder(folder: str) -> str:
    """Go to the folder of the session, where its files are; words on that."""
    try:
        if not folder or os.path.realpath(os.curdir) == os.path.realpath(folder):
            return ""
        os.chdir(folder)
    except OSError as error:
        return f"; its folder {_in_words(folder)} cannot be used ({error.strerror})"
    return f", in {_in_words(folder)}"


def _run_again(kept: Kept, interpreter: Interpreter, display: Display) -> list[Problem]:
    """Run a statement in silence, writing no files; its errors."""
    session = interpreter.session
    found: list[Problem] = []

    def receive(result: Result) -> None:
        if isinstance(result, Progress):
            display.progress(result)
        elif isinstance(result, Problem) and result.severity == "error":
            found.append(result)

    told, session.receive = session.receive, receive
    session.access.writing = False
    try:
        interpreter.run(Source(kept.source, kept.text))
    finally:
        session.receive = told
        session.access.writing = True
    return found


def _first_line(text: str) -> str:
    first, *more = text.split("\n", 1)
    cut = len(first) > FIRST_LINE or more
    return first[:FIRST_LINE] + (" ..." if cut else "")


def _in_words(folder: str) -> str:
    """A folder, with `~` for the home folder."""
    home = str(Path.home())
    return "~" + folder[len(home) :] if (folder + os.sep).startswith(home + os.sep) else folder
