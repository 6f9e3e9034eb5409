"""Tables of results: `table(rows, columns=["lr", "loss"])`."""

from __future__ import annotations

from dataclasses import dataclass

from minitorch_shell.results.records import Plain, Table


@dataclass(frozen=True, slots=True)
class TableValue:
    """Rows of cells as they were when the table was made, and a heading for each column or none."""

    KIND = "a table"

    columns: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]

    @property
    def text(self) -> str:
        """The table in one line, for where a table does not fit."""
        count = f"{len(self.rows):,} row{'' if len(self.rows) == 1 else 's'}"
        return f"{count} of {', '.join(self.columns)}" if self.columns else count

    def record(self, digits: int, markdown: bool) -> Table:
        """The table as a result that is shown."""
        return Table(self.columns, self.rows, digits=digits, markdown=markdown)
