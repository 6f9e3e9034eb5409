"""The lines typed so far, kept across sessions in the database, which many shells share."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.history import History

from minitorch_shell.files.database import MOST_LINES, MOST_TEXT, Database

LOADED = 2_000  # lines that are fetched at the start
LOADED_TEXT = 300_000  # characters of them
TIDIED_EVERY = 100  # lines


class KeptHistory(History):
    """A history in a database; where that is of no use, it lasts as long as the shell."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self._latest: str | None = None

    def load_history_strings(self) -> Iterable[str]:
        """The latest entries, the newest first."""
        rows = self.database.rows(
            "SELECT text FROM (SELECT text, SUM(LENGTH(text)) OVER (ORDER BY id DESC) AS total"
            " FROM (SELECT id, text FROM history ORDER BY id DESC LIMIT ?)) WHERE total <= ?",
            LOADED,
            LOADED_TEXT,
        )
        entries = [text for (text,) in rows if isinstance(text, str)]  # the file may be damaged
        self._latest = entries[0] if entries else None
        return entries

    def append_string(self, string: str) -> None:
        """Add an entry, unless it is empty or repeats the one before."""
        string = string.rstrip()
        if not string.strip() or string == self._newest_loaded():
            return
        self._latest = string
        super().append_string(string)

    def _newest_loaded(self) -> str | None:
        return self._loaded_strings[0] if self._loaded_strings else self._latest

    def store_string(self, string: str) -> None:
        """Write an entry behind the others, unless another shell has just written the same."""
        text = string.encode("utf-8", "replace").decode()
        if len(text) > MOST_TEXT:
            return
        row = self.database.write(
            (
                "INSERT INTO history (text) SELECT ?1 WHERE ?1 IS NOT"
                " (SELECT text FROM history ORDER BY id DESC LIMIT 1)",
                (text,),
            )
        )
        if row and row % TIDIED_EVERY == 0:
            tidy(self.database)


def tidy(database: Database) -> None:
    """Forget the oldest entries beyond the bounds."""
    database.write(
        ("DELETE FROM history WHERE id <= (SELECT MAX(id) FROM history) - ?", (MOST_LINES,)),
        (
            "DELETE FROM history WHERE id IN (SELECT id FROM"
            " (SELECT id, SUM(LENGTH(text)) OVER (ORDER BY id DESC) AS total FROM history)"
            " WHERE total > ?)",
            (MOST_TEXT,),
        ),
    )
    database.rows("PRAGMA incremental_vacuum")
