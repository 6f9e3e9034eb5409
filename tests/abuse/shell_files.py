"""The files of the shell, as the campaigns reach them: settings, and what it keeps."""

from __future__ import annotations

import os
from pathlib import Path

from grammar.source import Source
from minitorch_shell.files.database import EARLIER_HISTORY, FILE, Database
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector
from minitorch_shell.session.session import Session
from minitorch_shell.shell.config import Config
from minitorch_shell.shell.history import KeptHistory
from minitorch_shell.shell.logbook import Kept, Logbook

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


def leave_session(folder: Path, statements: list[str]) -> None:
    """Run statements in a shell that is then cut off."""
    child = os.fork()
    if child == 0:
        interpreter = Interpreter(Collector())
        log = interpreter.log = Logbook(Database(folder), interpreter.session)
        for statement in statements:
            interpreter.run(Source("<shell>", statement))
        log.acknowledge()
        os._exit(0)
    os.waitpid(child, 0)
