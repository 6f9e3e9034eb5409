"""Troubles with files in words: what cannot be read or written, and what was meant."""

from __future__ import annotations

import os

from engine import checkpoint
from minitorch_shell.problems.trouble import Trouble

A_FILE = 'it takes the name of a file that may be read, such as `"lesson.mt"` or `"net.json"`'


def cannot_read(path: str, error: OSError) -> Trouble:
    """The trouble with a file that cannot be opened or read."""
    if isinstance(error, FileNotFoundError):
        return Trouble("MT601", f"there is no file {path}", help=_names_nearby(path))
    return Trouble("MT602", f"cannot read {path}: {_reason(error)}", help=A_FILE)


def _names_nearby(path: str) -> str:
    """A file of nearly the same name, or where it was looked for."""
    from difflib import get_close_matches

    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder or os.curdir)
    except OSError:
        return f"there is no folder {folder} either"
    close = get_close_matches(name, names, 1)
    where = folder or _current_folder()
    return f"did you mean `{os.path.join(folder, close[0])}`?" if close else f"looked in {where}"


def _current_folder() -> str:
    try:
        return f"the current folder, {os.getcwd()}"
    except OSError:
        return "the current folder, which was deleted"


def cannot_write(path: str, error: OSError) -> Trouble:
    """The trouble with a file that cannot be written."""
    folder = os.path.dirname(path)
    if isinstance(error, FileNotFoundError):
        return Trouble(
            "MT603",
            f"cannot write {path}: there is no folder {folder}",
            help="make the folder first, or leave it out of the name",
        )
    return Trouble(
        "MT603", f"cannot write {path}: {_reason(error)}", help="choose another name or folder"
    )


def _reason(error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    if isinstance(error, PermissionError):
        return "permission denied"
    return (error.strerror or str(error) or type(error).__name__).lower()


def write(path: str, text: str) -> None:
    """Put `text` into the file, whole or not at all."""
    try:
        checkpoint.write_atomically(path, text)
    except OSError as error:
        raise cannot_write(path, error) from None
