"""Functions that make text: strings of values, lines of files, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitorch_shell.files.access import opener_for
from minitorch_shell.files.reading import Unreadable, read_source
from minitorch_shell.files.troubles import A_FILE, cannot_read
from minitorch_shell.library.lists import elements
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.printed import value_text
from minitorch_shell.values.counts import counted, whole
from minitorch_shell.values.description import plain
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.table import TableValue
from minitorch_shell.values.vector import Vector

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


def text(session: Session, a: Any, digits: Any = None) -> str:
    """What `print a` prints, with so many significant digits."""
    shown = session.settings.digits if digits is None else whole(digits, "`digits`")
    if not 1 <= shown <= 17:
        raise Trouble("MT308", f"`digits` lies between 1 and 17, not {shown}")
    return value_text(plain(a), shown)


def join(strings: Any, between: Any = "") -> str:
    """The strings in one, with `between` between them."""
    if not isinstance(between, str):
        raise Trouble("MT302", f"`join` puts a string between strings, not {kind_of(between)}",
                      help='write `join(strings, ", ")`')  # fmt: skip
    parts = elements(strings, "join")
    for part in parts:
        if not isinstance(part, str):
            raise Trouble(
                "MT302",
                f"`join` takes a list of strings, not {kind_of(part)}",
                help='make strings of them: `join([text(x) for x in xs], " ")`',
            )
    return between.join(parts)


def lines(session: Session, path: Any) -> Vector:
    """The lines of a text file, without their ends."""
    file = session.path_to_read(path)
    try:
        content = read_source(file, opener_for(session.access)).text
    except OSError as error:
        raise cannot_read(file, error) from None
    except Unreadable as error:
        raise Trouble("MT602", f"cannot read {file}: {error}", help=A_FILE) from None
    parts = content.replace("\r\n", "\n").split("\n")
    return Vector(parts[:-1] if parts[-1] == "" else parts)


def table(rows: Any, columns: Any = None) -> TableValue:
    """Rows of cells, or single values, that print as a table."""
    items = elements(rows, "table")
    cells = [tuple(map(plain, row if isinstance(row, list) else [row])) for row in items]
    names = [] if columns is None else elements(columns, "columns")
    for name in names:
        if not isinstance(name, str):
            raise Trouble("MT302", f"`columns` are strings, not {kind_of(name)}",
                          help='write `table(rows, columns=["lr", "loss"])`')  # fmt: skip
    width = len(names) if columns is not None else len(cells[0]) if cells else 1
    for number, row in enumerate(cells):
        if row and len(row) == width:
            continue
        beside = f" for {counted(width, 'column')} named" if columns is not None else ""
        beside = f", row 0 has {width}" if number and not beside else beside
        raise Trouble(
            "MT304",
            f"row {number} of the table has {counted(len(row), 'cell')}{beside}",
            help="give each row one cell for each column",
        )
    return TableValue(tuple(names), tuple(cells))
