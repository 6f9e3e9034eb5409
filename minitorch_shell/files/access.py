"""Which files a program may touch, and where a path of the program leads.

A path is meant from the current folder, as in Python. A file to be read that is not there is
looked for beside the script as well, so that a lesson finds its data from wherever it is run.
Under `--safe` nothing is written, and only what lies in the folder of the script is read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of


@dataclass(slots=True)
class Access:
    """`safe_folder`: under `--safe` the folder that may be read, as it was given, else None.

    `importing` is the chain of the files under way, the innermost last.
    """

    safe_folder: str | None = None
    importing: list[str] = field(default_factory=list)


def folder_of(source_name: str) -> str:
    """The folder of a program, the current one where it has no file (`<command>`, `<shell>`)."""
    if source_name.startswith("<"):
        return os.curdir
    return os.path.dirname(source_name) or os.curdir


def checked_text(path: Any) -> str:
    """A path of the program, which must be a string that can name a file."""
    if not isinstance(path, str):
        raise Trouble(
            "MT302",
            f"the name of a file is a string, not {kind_of(path)}",
            help='write it in quotes: `"net.json"`',
        )
    if not path.strip() or "\0" in path:
        raise Trouble("MT602", "this names no file", help='write a name such as `"net.json"`')
    return os.path.expanduser(path)


def path_to_read(access: Access, path: Any, script_folder: str) -> str:
    """Where to read `path`: from the current folder, else from the script's.

    Under `--safe` from the script's alone.
    """
    text = checked_text(path)
    if access.safe_folder is None:
        beside = os.path.join(script_folder, text)
        return beside if not os.path.exists(text) and os.path.exists(beside) else text
    beside = os.path.join(access.safe_folder, text)
    return confined(access, text if access.safe_folder == os.curdir else beside, text)


def path_to_import(access: Access, path: Any, script_folder: str) -> str:
    """Where to find `path` for `import`: from the folder of the importing file."""
    text = checked_text(path)
    found = os.path.normpath(os.path.join(script_folder, text))
    return found if access.safe_folder is None else confined(access, found, text)


def path_to_write(access: Access, path: Any) -> str:
    """Where to write `path`: from the current folder; nowhere under `--safe`."""
    text = checked_text(path)
    if access.safe_folder is not None:
        raise Trouble(
            "MT606",
            f"under --safe no file is written, {text} neither",
            help="run it without --safe to keep the file",
        )
    if os.path.exists(text) and not os.path.isfile(text) and not os.path.isdir(text):
        # Files are written beside their place and moved there: that would replace a device.
        raise Trouble("MT603", f"cannot write {text}: it is no ordinary file")
    return text


def real_path(path: str) -> str:
    """`path` from the root on, links followed; as it is where the working folder was deleted."""
    try:
        return os.path.realpath(path)
    except OSError:
        return path


def confined(access: Access, path: str, shown: str) -> str:
    """`path` as it is when it lies in the safe folder, links followed; else an error."""
    assert access.safe_folder is not None
    try:
        folder = os.path.realpath(access.safe_folder)
        real = os.path.realpath(path)
    except OSError as error:  # where it lies cannot be told when the working folder was deleted
        raise Trouble("MT606", f"cannot tell where {shown} lies: {error.strerror}") from None
    if real != folder and not real.startswith(os.path.join(folder, "")):
        raise Trouble(
            "MT606",
            f"under --safe only files in the folder of the script are read, {shown} lies outside",
            help="copy the file beside the script, or run it without --safe",
        )
    return path
