"""`undo`, `redo` and `history`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitorch_shell.checks.statements import part_of_another
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Lines, Plain, Table
from minitorch_shell.values.counts import counted, whole

if TYPE_CHECKING:
    from minitorch_shell.session.record import Entry
    from minitorch_shell.session.session import Session

MOST_SHOWN = 40  # rows of `history`
NAMED = 5  # statements that `undo` names one by one


def undo(session: Session, count: Any = 1) -> None:
    """`undo`, `undo 3`: take back the last statements."""
    number = _count(session, count, "undo", len(session.journal.past))
    session.receive(_said("undone", "undo", session.journal.undo(number)))


def redo(session: Session, count: Any = 1) -> None:
    """`redo`, `redo 3`: bring back what was undone."""
    number = _count(session, count, "redo", len(session.journal.future))
    session.receive(_said("done again", "redo", session.journal.redo(number)))


def _count(session: Session, count: Any, command: str, most: int) -> int:
    """How many statements are meant; Trouble where there are not so many."""
    if session.journal.open is not None:
        raise part_of_another(command)
    number = whole(count, f"the count of `{command}`")
    if number < 1:
        raise Trouble(
            "MT308",
            f"the count of `{command}` must be at least 1, not {number}",
            help=f"`{command} 3` goes three statements",
        )
    if number <= most:
        return number
    if most == 0:
        raise Trouble(
            "MT211", f"there is nothing to {command}", help=_why_nothing(session, command)
        )
    past = "undone" if command == "undo" else "redone"
    raise Trouble(
        "MT211",
        f"only {counted(most, 'statement')} can be {past}, not {number}",
        help=f"`{command}{f' {most}' if most > 1 else ''}` goes as far as possible",
    )


def _why_nothing(session: Session, command: str) -> str:
    if command == "redo":
        return "nothing was undone, or something was changed since"
    if session.journal.future:
        return "all statements are undone already; `redo` brings them back"
    return "no statement has run yet"


def _left(statement: str) -> str:
    """Files are not taken back."""
    return " (the file stays)" if statement.split(" ")[0] in ("save", "export") else ""


def _said(what: str, kind: str, entries: list[Entry]) -> Lines:
    lines = [f"{what}: {entry.text}{_left(entry.text)}" for entry in entries[:NAMED]]
    if len(entries) > NAMED:
        lines.append(f"... and {len(entries) - NAMED} more")
    return Lines(tuple(lines), kind)


def history(session: Session) -> None:
    """`history`: the statements so far with their numbers, and where the session stands."""
    journal = session.journal
    entries = journal.entries()
    if not entries:
        session.receive(Lines(("no statements yet",), "history"))
        return
    present = len(journal.past)
    start = max(0, min(present - MOST_SHOWN // 2, len(entries) - MOST_SHOWN))
    shown = entries[start : start + MOST_SHOWN]
    rows: list[tuple[Plain, ...]] = []
    for at, entry in enumerate(shown, start + 1):
        mark = "undone" if entry.undone else "" if entry.ended == "done" else entry.ended
        if at == present:
            mark = f"{mark}, now here" if mark else "now here"
        rows.append((journal.forgotten + at, entry.text, mark))
    before = start + journal.forgotten
    after = len(entries) - start - len(shown)
    session.receive(
        Table(
            ("", "statement", ""),
            tuple(rows),
            (f"{counted(before, 'earlier statement')}",) if before else (),
            (f"{counted(after, 'later statement')}, undone",) if after else (),
            kind="history",
        )
    )
