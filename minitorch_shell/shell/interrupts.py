"""Ctrl-C while a statement runs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """Turns SIGINT into KeyboardInterrupt, but never in the middle of writing to the terminal."""

    def __init__(self) -> None:
        self._shields = 0
        self._waiting = False

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._shields:
            self._waiting = True
        else:
            raise KeyboardInterrupt

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Statements run in this block. What is typed meanwhile is not echoed."""
        self._waiting = False
        before = signal.signal(signal.SIGINT, self._handle)
        try:
            with _no_echo():
                yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Ctrl-C in this block takes effect at its end."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1
        if self._waiting and not self._shields:
            self._waiting = False
            raise KeyboardInterrupt


@contextmanager
def _no_echo() -> Iterator[None]:
    """The terminal takes what is typed for later and shows nothing, not even `^C`."""
    try:
        import termios

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError):  # Windows, or no terminal
        yield
        return
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    try:
        termios.tcsetattr(descriptor, termios.TCSANOW, silent)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
