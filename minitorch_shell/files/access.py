"""Which files a program may touch, and where a path of the program leads.

A path is meant from the current folder, as in Python. A file to be read that is not there is
looked for beside the script as well, so that a lesson finds its data from wherever it is run.
Under `--safe` nothing is written, and only what lies in the folder of the script is read.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from minitorch_shell.files.reading import ordinary
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of


@dataclass(slots=True)
class Access:
    """`safe_folder`: under `--safe` the folder that may be read, as it was given, else None.

    `writing`: False where statements run again, whose files have been written the first time.
    `importing` is the chain of the files under way, the innermost last.
    """

    safe_folder: str | None = None
    writing: bool = True
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
    try:
        inside = _way_inside(access, path) is not None
    except OSError as error:  # where it lies cannot be told when the working folder was deleted
        raise Trouble("MT606", f"cannot tell where {shown} lies: {error.strerror}") from None
    if not inside:
        raise Trouble(
            "MT606",
            f"under --safe only files in the folder of the script are read, {shown} lies outside",
            help="copy the file beside the script, or run it without --safe",
        )
    return path


def _way_inside(access: Access, path: str) -> tuple[str, list[str]] | None:
    """The safe folder and the steps from it to `path`, links followed; None for a path outside."""
    assert access.safe_folder is not None
    folder = os.path.realpath(access.safe_folder)
    real = os.path.realpath(path)
    if real != folder and not real.startswith(os.path.join(folder, "")):
        return None
    return folder, [step for step in real[len(folder) :].split(os.sep) if step]


def opener_for(access: Access) -> Callable[[str, int], int] | None:
    """What `open` is to open files with; None, its own way, without `--safe`.

    A file can be swapped for a link between the look at its path and its opening. So under `--safe`
    the steps down from the safe folder are taken one by one, none of them through a link, and what
    was opened must be an ordinary file: a pipe would not end.
    """
    if access.safe_folder is None or os.open not in os.supports_dir_fd:
        return None

    def opener(path: str, flags: int) -> int:
        way = _way_inside(access, path)
        if way is None:
            raise PermissionError(errno.EACCES, "it lies outside of the folder of the script", path)
        folder, steps = way
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for last, step in enumerate(steps, 1 - len(steps)):
            kind = os.O_NONBLOCK if last == 0 else os.O_DIRECTORY
            try:
                below = os.open(step, flags | kind | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            finally:
                os.close(at)
            at = below
        return ordinary(at, path)

    return opener
