"""The files of the shell, as the campaigns reach them: its settings and its history."""

from __future__ import annotations

from pathlib import Path

from minitorch_shell.shell.config import Config, read_config
from minitorch_shell.shell.history import FileHistory


def read_config_file(path: Path) -> Config:
    return read_config(path)


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


def read_history(path: Path) -> list[str]:
    """All lines, the oldest first."""
    return [*FileHistory(path).load_history_strings()][::-1]


def store_history(path: Path, line: str) -> None:
    """Add a line, as the shell does behind each statement."""
    FileHistory(path).store_string(line)
