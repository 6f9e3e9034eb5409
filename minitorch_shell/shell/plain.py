"""The shell on a terminal that can do nothing but print (`TERM=dumb`, as in Emacs)."""

from __future__ import annotations

from collections.abc import Callable

from grammar.scan import is_complete


def read_plain(prompt: str, continuation: str, read: Callable[[str], str] = input) -> str:
    """One complete text, line by line.

    Raises EOFError at the end of the input and KeyboardInterrupt at Ctrl-C.
    """
    text = read(prompt)
    while not is_complete(text):
        text += "\n" + read(continuation)
    return text
