"""Where an `import` leads: found, read and blamed in the same way by a run and by a check."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from minitorch_shell.files.access import Access, folder_of, opener_for, path_to_import, real_path
from minitorch_shell.problems.trouble import Trouble

if TYPE_CHECKING:
    from grammar.source import Source


def next_file(access: Access, path: Any, importing: str) -> tuple[str, list[str]]:
    """The file that `import path` names in the program `importing`, and the chain that it ends.

    The chain holds the real paths of the files under way. Trouble where `path` names no file, where
    the file may not be read, and where it is under way already.
    """
    found = path_to_import(access, path, folder_of(importing))
    started = access.importing
    if not started and not importing.startswith("<"):
        started = [real_path(importing)]
    real = real_path(found)
    if real in started:
        names = [os.path.basename(step) for step in started[started.index(real) :]]
        raise Trouble(
            "MT607",
            f"this file is being imported already: {' → '.join([*names, names[0]])}",
            help="move what both need into a third file",
        )
    return found, [*started, real]


def read_import(access: Access, found: str) -> Source:
    """The program in a file that is imported; Trouble where it cannot be read."""
    from minitorch_shell.files.reading import Unreadable, read_source
    from minitorch_shell.files.troubles import A_FILE, cannot_read

    try:
        return read_source(found, opener_for(access))
    except OSError as error:
        raise cannot_read(found, error) from None
    except Unreadable as error:
        raise Trouble("MT602", f"cannot import this: {error}", help=A_FILE) from None
