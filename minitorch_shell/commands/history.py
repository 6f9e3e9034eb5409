"""`undo`, `redo` and `history`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitorch_shell.checks.statements import part_of_another
from minitorch_shell.files.access import path_to_write
from minitorch_shell.files.troubles import write
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Lines, Plain, Table
from minitorch_shell.session.journal import changes
from minitorch_shell.values.counts import counted, whole

if TYPE_CHECKING:
    from minitorch_shell.session.record import Entry
    from minitorch_shell.session.session import Session

MOST_SHOWN = 40  # rows of `history`
NAMED = 5  # statements that `undo` names one by one


def undo(session: Session, count: Any = 1, number: Any = None) -> None:
    """`undo`, `undo 3`: take back the last changes; `undo train`, `undo to 12`."""
    journal = session.journal
    if count == "train":
        _alone(session, "undo")
        session.receive(_said("undone", "undo", journal.go_to(_before_training(journal.past))))
    elif count == "to":
        _alone(session, "undo")
        _go_to(session, number)
    else:
        wanted = _count(session, count, "undo", changes(journal.past))
        session.receive(_said("undone", "undo", journal.undo(wanted)))


def redo(session: Session, count: Any = 1) -> None:
    """`redo`, `redo 3`: bring back what was undone."""
    number = _count(session, count, "redo", changes(session.journal.future))
    session.receive(_said("done again", "redo", session.journal.redo(number)))


def _before_training(past: list[Entry]) -> int:
    """How many statements stand before the last one that trained."""
    for at in range(len(past) - 1, -1, -1):
        if past[at].trained:
            return at
    raise Trouble(
        "MT211",
        "there is no training to undo",
        help="`history` lists the statements; `undo` takes back the last change",
    )


def _go_to(session: Session, number: Any) -> None:
    """`undo to 12`: where statement 12 of `history` was the last one done."""
    journal = session.journal
    wanted = whole(number, "the number behind `undo to`")
    first, last = journal.forgotten, journal.forgotten + len(journal.entries())
    if not first <= wanted <= last:
        raise Trouble(
            "MT211",
            f"there is no statement {wanted} to go to",
            help=f"the numbers of `history` go from {first + 1} to {last}; "
            f"`undo to {first}` goes before the first"
            if last > first
            else "no statement has run yet",
        )
    place = wanted - journal.forgotten
    back = place <= len(journal.past)
    gone = journal.go_to(place)
    session.receive(_said("undone" if back else "done again", "undo", gone))


def _alone(session: Session, command: str) -> None:
    """Trouble where another statement is under way."""
    if session.journal.open is not None:
        raise part_of_another(command)


def _count(session: Session, count: Any, command: str, most: int) -> int:
    """How many statements are meant; Trouble where there are not so many."""
    _alone(session, command)
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
        f"only {counted(most, 'change')} can be {past}, not {number}",
        help=f"`{command}{f' {most}' if most > 1 else ''}` goes as far as possible",
    )


def _why_nothing(session: Session, command: str) -> str:
    if command == "redo":
        return "nothing was undone, or something was changed since"
    if session.journal.future:
        return "all statements are undone already; `redo` brings them back"
    if session.journal.past:
        return "the statements so far changed nothing, they only showed something"
    return "no statement has run yet"


def _left(statement: str) -> str:
    """Files are not taken back."""
    return " (the file stays)" if statement.split(" ")[0] in ("save", "export") else ""


def _said(what: str, kind: str, entries: list[Entry]) -> Lines:
    if not entries:
        return Lines((f"nothing to be {what}: no change lies between",), kind)
    lines = [f"{what}: {entry.text}{_left(entry.text)}" for entry in entries[:NAMED]]
    if len(entries) > NAMED:
        lines.append(f"... and {len(entries) - NAMED} more")
    return Lines(tuple(lines), kind)


def history(session: Session, path: Any = None) -> None:
    """`history`: the statements so far with their numbers, and where the session stands.

    `history to "session.mt"` writes those that led here as a program.
    """
    if path is not None:
        _write_history(session, path)
        return
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


def _write_history(session: Session, path: Any) -> None:
    """The statements that led here, as a program; those that failed stand in comments."""
    _alone(session, "history")
    place = path_to_write(session.access, path)
    journal = session.journal
    parts: list[str] = []
    if journal.forgotten:
        lost = counted(journal.forgotten, "statement")
        parts.append(f"# {lost} before these are not known any more")
    for entry in journal.past:
        text = entry.whole.strip()
        if entry.ended != "done":
            text = "\n".join(f"# {entry.ended}: {line}" for line in text.splitlines())
        parts.append(text)
    if session.access.writing:
        write(place, "\n".join(parts) + "\n")
