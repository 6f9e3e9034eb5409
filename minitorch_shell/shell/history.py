"""The lines typed so far, kept across sessions in a private file.

Each entry is one JSON string on one line, appended with a single write under a lock. So several
shells can share the file, and a shell that is killed leaves no half-written entry behind.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prompt_toolkit.history import History

from minitorch_shell.files.reading import open_ordinary

LOADED = 300_000  # bytes at the end of the file that are read at the start
_TAIL = 65_536  # bytes looked at to find the last entry


class FileHistory(History):
    """A history in a file that only its owner can read; without a path it is kept in memory."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self.path = path
        self._latest: str | None = None

    def load_history_strings(self) -> Iterable[str]:
        """All entries, the newest first."""
        if self.path is None:
            return []
        try:
            with open(self.path, "rb", opener=open_ordinary) as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - LOADED))
                lines = file.read().split(b"\n")
        except OSError:
            return []
        if size > LOADED:
            del lines[0]  # most likely cut in the middle
        entries = [entry for line in lines if (entry := _decoded(line)) is not None]
        self._latest = entries[-1] if entries else None
        return reversed(entries)

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
        """Write an entry behind the others. A file that cannot be written is done without."""
        if self.path is None:
            return
        line = json.dumps(string, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
            file = open_ordinary(str(self.path), flags)
        except OSError:
            return
        try:
            with _locked(file):
                tail = _tail(file)
                if tail and not tail.endswith(b"\n"):  # left by a full disk
                    line = b"\n" + line
                if tail.rstrip(b"\n").rpartition(b"\n")[2] != line.strip(b"\n"):
                    os.write(file, line)
        except OSError:
            pass
        finally:
            os.close(file)


def _decoded(line: bytes) -> str | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, str) else None


def _tail(file: int) -> bytes:
    size = os.lseek(file, 0, os.SEEK_END)
    os.lseek(file, max(0, size - _TAIL), os.SEEK_SET)
    return os.read(file, _TAIL)


@contextmanager
def _locked(file: int) -> Iterator[None]:
    """Alone with the file, where the system can say so (appending is atomic in any case)."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
