"""Programs from files and from standard input: bytes to a `Source`, or the reason why not."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable

from grammar.source import Source

LARGEST_SOURCE = 10_000_000  # bytes


class Unreadable(Exception):  # noqa: N818 (the reason itself)
    """A file that cannot be a program, with the reason in words.

    `at` is the line and column, from 1, of the character that shows it; None where none does.
    """

    def __init__(self, reason: str, at: tuple[int, int] | None = None) -> None:
        super().__init__(reason)
        self.at = at


def open_ordinary(path: str, flags: int) -> int:
    """An opener for `open` that refuses pipes and devices, which may have no end."""
    return ordinary(os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600), path)


def ordinary(file: int, path: str) -> int:
    """The open file, if it is an ordinary one; else it is closed, and OSError says why."""
    mode = os.fstat(file).st_mode
    if stat.S_ISREG(mode):
        return file
    os.close(file)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    raise OSError(errno.EINVAL, "it is no ordinary file", path)


def read_source(path: str, opener: Callable[[str, int], int] | None = None) -> Source:
    """The program in a file, opened with `opener` as by `open`.

    Raises OSError for a file that cannot be read, `Unreadable` for one that is too large or not
    UTF-8 text.
    """
    with open(path, "rb", opener=opener) as file:
        return source_from(file.read(LARGEST_SOURCE + 1), path)


def read_standard_input() -> Source:
    """The program on standard input; see `read_source`."""
    raw = sys.stdin.buffer.read(LARGEST_SOURCE + 1) if sys.stdin is not None else b""
    return source_from(raw, "<stdin>")


def source_from(raw: bytes, name: str) -> Source:
    """The bytes of a file as a program; a byte order mark is left out."""
    if len(raw) > LARGEST_SOURCE:
        raise Unreadable(f"{name} is larger than {LARGEST_SOURCE // 1_000_000} MB")
    try:
        return Source(name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig").split("\n")
        line, column = len(before), len(before[-1]) + 1
        raise Unreadable(f"{name} is not UTF-8 text (line {line})", (line, column)) from None
