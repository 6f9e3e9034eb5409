"""The files of the shell, as the campaigns reach them: settings, and what it keeps."""

from __future__ import annotations

from pathlib import Path

from minitorch_shell.files.database import EARLIER_HISTORY, FILE, Database
from minitorch_shell.shell.config import Config
from minitorch_shell.shell.history import KeptHistory
from minitorch_shell.shell.logbook import Kept, Logbook
from tests.abuse.oracle import Session

DATABASE, EARLIER = FILE, EARLIER_HISTORY


def allowed_config(config: Config) -> bool:
    """Whether each setting is one that the shell knows what to do with."""
    return (
        config.theme in ("dark", "light", "mono")
        and config.keys in ("emacs", "vi")
        and type(config.digits) is int
        and 1 <= config.digits <= 17
        and type(config.preview) is bool
        and all(isinstance(warning, str) for warning in config.warnings)
    )


def read_history(folder: Path) -> list[str]:
    """All lines, the oldest first; at most the latest few thousand, as the shell loads them."""
    database = Database(folder)
    found = [*KeptHistory(database).load_history_strings()]
    database.close()
    return found[::-1]


def store_history(folder: Path, line: str) -> bool:
    """Add a line, as a shell does behind each statement; whether the database is of use."""
    database = Database(folder)
    KeptHistory(database).store_string(line)
    usable = database.usable
    database.close()
    return usable


def cut_off(folder: Path, about: Session) -> list[Kept]:
    """The statements that `--recover` would run again."""
    database = Database(folder)
    found = Logbook(database, about).latest_cut_off()
    database.close()
    return [] if found is None else found.statements
