"""Tables as text: columns as wide as their widest cell, narrower where the terminal is."""

from __future__ import annotations

from collections.abc import Iterable

from minitorch_shell.rendering.fitting import prose, wrap
from minitorch_shell.rendering.style import Style
from minitorch_shell.results.printed import value_text
from minitorch_shell.results.records import Table

GAP = "  "  # between the columns of a table


def aligned(rows: Iterable[Iterable[str]], columns: int | None = None) -> list[str]:
    """Rows of cells as lines of columns, each as wide as its widest cell.

    Where that is too wide, cells of the widest columns are broken between words.
    """
    table = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    if columns is not None:
        words = [max(_longest_word(cell) for cell in column) for column in zip(*table, strict=True)]
        _narrow(widths, words, columns - len(GAP) * (len(widths) - 1))
    return [line for row in table for line in _row(row, widths)]


def _longest_word(cell: str) -> int:
    return max(map(len, cell.split()), default=0)


def _narrow(widths: list[int], words: list[int], columns: int) -> None:
    """Take columns away where there are most, but never break a word."""
    while sum(widths) > columns:
        able = [n for n, width in enumerate(widths) if width > words[n]]
        if not able:
            return
        widths[max(able, key=lambda n: widths[n])] -= 1


def _row(row: list[str], widths: list[int]) -> list[str]:
    cells = [
        [cell] if len(cell) <= width else wrap(cell, width, break_long_words=False) or [""]
        for cell, width in zip(row, widths, strict=True)
    ]
    height = max(map(len, cells))
    return [
        GAP.join(
            (cell[number] if number < len(cell) else "").ljust(width)
            for cell, width in zip(cells, widths, strict=True)
        ).rstrip()
        for number in range(height)
    ]


def table_lines(table: Table, style: Style) -> list[str]:
    """Headings and rows in columns."""
    rows = [[value_text(cell, table.digits) for cell in row] for row in table.rows]
    if table.markdown:
        return markdown_lines(list(table.headings), rows)
    headed = [list(table.headings), *rows] if table.headings else rows
    body = aligned(headed, style.columns) if headed else []
    before, after = (
        [part for line in lines for part in prose(line, style.columns)]
        for lines in (table.before, table.after)
    )
    return [*before, *body, *after]


def markdown_lines(headings: list[str], rows: list[list[str]]) -> list[str]:
    """The table as Markdown has it, which needs a heading for each column, if an empty one."""
    if not headings and not rows:
        return []
    headings = headings or [""] * len(rows[0])
    return [_bars(headings), _bars(["---"] * len(headings)), *map(_bars, rows)]


def _bars(cells: list[str]) -> str:
    escaped = [cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"
