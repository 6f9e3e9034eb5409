"""The shell on a terminal that can do nothing but print (`TERM=dumb`, as in Emacs)."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable

from grammar.scan import is_complete


def read_line(prompt: str) -> str:
    """Like `input`, which misses a Ctrl-C that comes between its prompt and its reading."""
    if sys.platform == "win32":
        return input(prompt)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer)
    try:
        print(prompt, end="", flush=True)
        ready, _, _ = select.select([sys.stdin, reader], [], [])
        if reader in ready:
            raise KeyboardInterrupt
        line = sys.stdin.readline()
    finally:
        signal.set_wakeup_fd(before)
        os.close(reader)
        os.close(writer)
    if not line:
        raise EOFError
    return line.removesuffix("\n")


def read_plain(prompt: str, continuation: str, read: Callable[[str], str] = read_line) -> str:
    """One complete text, line by line.

    Raises EOFError at the end of the input and KeyboardInterrupt at Ctrl-C.
    """
    text = read(prompt)
    while not is_complete(text):
        text += "\n" + read(continuation)
    return text
