"""Running programs that are there as a whole: files, `-c`, standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from grammar.source import Source
from minitorch_shell.rendering.output import Output
from minitorch_shell.session import Session

LARGEST_SOURCE = 10_000_000  # bytes
FAILED, NO_FILE = 1, 2


class Unreadable(Exception):  # noqa: N818 (the reason itself)
    """A file that cannot be read as a program, with the reason in words."""


def read_source(path: str) -> Source:
    """The program in a file, or on standard input for `-`.

    Raises `Unreadable` for a file that is missing, too large, or not UTF-8 text.
    """
    name = "<stdin>" if path == "-" else path
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(LARGEST_SOURCE + 1)
        else:
            with Path(path).open("rb") as file:
                raw = file.read(LARGEST_SOURCE + 1)
    except FileNotFoundError:
        raise Unreadable(f"there is no file {path}") from None
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {error.strerror}") from None
    if len(raw) > LARGEST_SOURCE:
        raise Unreadable(f"{name} is larger than {LARGEST_SOURCE // 1_000_000} MB")
    try:
        return Source(name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{name} is not UTF-8 text (line {line})") from None


def run_programs(
    codes: Sequence[str], path: str | None, color: str, interactive: bool = False
) -> int:
    """Run pieces of code and then a file in one session; returns the exit status."""
    output = Output(color)
    programs = [Source("<command>", code) for code in codes]
    if path is not None:
        try:
            programs.append(read_source(path))
        except Unreadable as error:
            print(f"minitorch: {error}", file=sys.stderr)
            return NO_FILE
    session = Session(output)
    status = 0
    for program in programs:
        if not session.run(program):
            status = FAILED
            break
    if interactive and sys.stdin.isatty() and sys.stdout.isatty():
        from minitorch_shell.shell.prompt import start

        return start(color, session)
    return status
