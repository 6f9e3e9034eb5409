"""What outlives a shell, in one SQLite database of the state folder, which many shells share.

The database is written ahead of itself (WAL): a shell that is killed leaves whole rows behind.
Where it cannot be used (no such folder, a full disk, a file of another kind) it is done without:
nothing of the shell needs it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minitorch_shell.files.reading import open_ordinary

if TYPE_CHECKING:
    import sqlite3

FILE = "state.db"
EARLIER_HISTORY = "history"  # one JSON string a line; moved over when the database is made
MOVED_OVER = 10_000_000  # bytes at the end of that file
PATIENCE = 5.0  # seconds for which another shell may hold the database

MOST_LINES = 20_000  # of the history
MOST_TEXT = 10_000_000  # characters of the history, and of the statements of sessions cut off
MOST_SESSIONS = 5  # that were cut off

_TABLES = """
CREATE TABLE history (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    began TEXT NOT NULL,            -- local time
    folder TEXT NOT NULL,           -- the working folder
    told INTEGER NOT NULL DEFAULT 0 -- whether a later shell has said that it was cut off
);
CREATE TABLE statements (
    session INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    source TEXT NOT NULL,           -- the name of the file, or of the shell
    text TEXT NOT NULL,
    outcome TEXT NOT NULL,          -- begun, done, failed, stopped
    undone INTEGER NOT NULL,
    PRIMARY KEY (session, number)
) WITHOUT ROWID;
"""
# The version of a database is how many of these have been done; later ones change the tables.
_STEPS = (_TABLES,)


def state_folder() -> Path:
    """Where the database lives."""
    import platformdirs

    return Path(platformdirs.user_state_path("minitorch", appauthor=False))


class Database:
    """The database in `folder`; without a folder, or where it cannot be used, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._opened: sqlite3.Connection | None = None
        self._tried = False

    @property
    def usable(self) -> bool:
        """Whether what is written is kept."""
        return self._connection() is not None

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What a query finds; nothing where that cannot be told."""
        return self._do(lambda connection: connection.execute(query, values).fetchall()) or []

    def write(self, *work: tuple[str, tuple[Any, ...]], durable: bool = False) -> int | None:
        """Do some statements of SQL, all or none: the id of the last new row or 0; None in trouble.

        What is `durable` survives a power cut from here on, with all that was written before.
        """

        def done(connection: sqlite3.Connection) -> int:
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with _transaction(connection):
                for query, values in work:
                    last = connection.execute(query, values).lastrowid
            return last or 0

        row: int | None = self._do(done)
        return row

    def close(self) -> None:
        """Let go of the database."""
        if self._opened is not None:
            self._do(lambda connection: connection.close())
            self._opened = None

    # ------------------------------------------------------------ trouble is no trouble

    def _do(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        connection = self._connection()
        if connection is None:
            return None
        import sqlite3

        try:
            return work(connection)
        except (sqlite3.Error, OSError):
            return None

    def _connection(self) -> sqlite3.Connection | None:
        if not self._tried and self.folder is not None:
            self._tried = True
            try:
                import sqlite3
            except ImportError:  # Python can be built without
                return None
            try:
                self._opened = _open(self.folder)
            except (sqlite3.Error, OSError):
                self._opened = None
        return self._opened


def _open(folder: Path) -> sqlite3.Connection:
    """The database of a folder, made or brought up to date where that is needed."""
    import sqlite3

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / FILE
    os.close(open_ordinary(str(path), os.O_RDWR | os.O_CREAT))  # private; pipes are refused
    try:
        return _ready(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk, or another shell
            raise
    _move_aside(path)
    os.close(open_ordinary(str(path), os.O_RDWR | os.O_CREAT))
    return _ready(path)


def _ready(path: Path) -> sqlite3.Connection:
    import sqlite3

    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        if _version(connection) == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: through to the disk
        connection.execute("PRAGMA journal_size_limit = 1000000")
        if _version(connection) != len(_STEPS):
            _bring_up_to_date(connection, path.parent)
        return connection
    except BaseException:
        connection.close()
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _bring_up_to_date(connection: sqlite3.Connection, folder: Path) -> None:
    with _transaction(connection):
        version = _version(connection)  # another shell may have been quicker
        if version > len(_STEPS):
            raise OSError("it was made by a later minitorch")
        for step in _STEPS[version:]:
            for statement in step.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(_STEPS)}")
        if version:
            return
        lines = _earlier_history(folder)
        connection.executemany("INSERT INTO history (text) VALUES (?)", ((line,) for line in lines))
    if lines:
        (folder / EARLIER_HISTORY).unlink(missing_ok=True)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _move_aside(path: Path) -> None:
    """A file that is no database, or a broken one, makes room for a new one; it is not deleted."""
    number = 1
    while (aside := path.with_name(f"{FILE}.broken-{number}")).exists():
        number += 1
    path.rename(aside)
    for ending in ("-wal", "-shm"):  # they belong to the old one
        path.with_name(FILE + ending).unlink(missing_ok=True)


def _earlier_history(folder: Path) -> list[str]:
    """The history as it was kept before, the oldest line first."""
    try:
        with open(folder / EARLIER_HISTORY, "rb", opener=open_ordinary) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - MOVED_OVER))
            lines = file.read().split(b"\n")
    except OSError:
        return []
    if size > MOVED_OVER:
        del lines[0]  # most likely cut in the middle
    found = [text for line in lines if (text := _decoded(line)) is not None]
    return found[-MOST_LINES:]


def _decoded(line: bytes) -> str | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry.encode("utf-8", "replace").decode() if isinstance(entry, str) else None
