"""Showing values: bare expressions, `print`, `time`."""

from __future__ import annotations

import time
from itertools import groupby
from typing import Any

from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Lines, Value
from minitorch_shell.session.session import Session
from minitorch_shell.values.description import plain
from minitorch_shell.values.table import TableValue


def emit(session: Session, value: Any) -> None:
    """The value of a bare expression."""
    if isinstance(value, TableValue):
        _show_table(session, value)
    elif value is not None:
        _note_not_finite(session, value)
        session.marks.shown = (value,)
        session.receive(Value((plain(value),), session.settings.digits, "expression"))


def last_shown(session: Session) -> Any:
    """`_`: the value shown last, unless the program has bound the name itself."""
    if "_" in session.names:
        return session.names["_"]
    if not session.marks.shown:
        raise Trouble(
            "MT202", "`_` is the value shown last, and none was shown yet",
            label="nothing shown yet", help="a bare expression shows its value: `x + 1`",
        )  # fmt: skip
    return session.marks.shown[0]


def print_values(session: Session, *values: Any) -> None:
    """`print a, b`"""
    for value in values:
        _note_not_finite(session, value)
    for are_tables, some in groupby(values, lambda value: isinstance(value, TableValue)):
        if are_tables:
            for value in some:
                _show_table(session, value)
        else:
            items = tuple(plain(value) for value in some)
            session.receive(Value(items, session.settings.digits, "print"))


def _show_table(session: Session, table: TableValue) -> None:
    """A table stands on lines of its own, whatever is printed beside it."""
    settings = session.settings
    session.receive(table.record(settings.digits, settings.tables == "markdown"))


def _note_not_finite(session: Session, value: Any) -> None:
    number = value.data if isinstance(value, Tensor) else value
    if isinstance(number, float) and number - number != 0.0:  # nan or inf
        from minitorch_shell.diagnosis.not_finite import note_not_finite

        note_not_finite(session, value, "this")


def clock(session: Session) -> float:
    """`time STATEMENT`: when it began."""
    return time.perf_counter()


def took(session: Session, started: float) -> None:
    """`time STATEMENT`: how long it took."""
    seconds = time.perf_counter() - started
    amount = f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
    session.receive(Lines((f"took {amount}",), "time"))
