"""Ctrl-C while a statement runs, and at all other times.

At the prompt Ctrl-C is a key. While a statement runs it stops that. In between there is nothing to
stop, so it does nothing: it must never end the shell.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

HERE = __name__.rpartition(".")[0]  # the modules of the shell


class Interrupts:
    """Turns SIGINT into KeyboardInterrupt in statements alone.

    Never in the middle of writing to the terminal, and never in the code of the shell itself, which
    would be left half done.
    """

    def __init__(self) -> None:
        self._running = False
        self._shields = 0
        self._waiting = False

    def install(self) -> None:
        """From here on SIGINT comes here, also where a parent has left it ignored."""
        signal.signal(signal.SIGINT, self._handle)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if not self._running:
            return
        home = "" if frame is None else str(frame.f_globals.get("__name__", ""))
        if self._shields or home.startswith(HERE):
            self._waiting = True
        else:
            raise KeyboardInterrupt

    def listening(self) -> Listening:
        """Statements run in this block. What is typed meanwhile is not echoed."""
        return Listening(self)

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


class Listening:
    """The block in which statements run; see `Interrupts.listening`."""

    def __init__(self, interrupts: Interrupts) -> None:
        self.interrupts = interrupts
        self.echo: list[Any] | None = None  # the settings of the terminal before

    def __enter__(self) -> None:
        self.echo = _without_echo()
        self.interrupts._waiting = False
        self.interrupts._running = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.interrupts._running = False
        self.interrupts._shields = 0
        if self.echo is not None:
            import termios

            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self.echo)


def _without_echo() -> list[Any] | None:
    """Let the terminal take what is typed for later and show nothing, not even `^C`.

    Gives the settings before; None where there is no terminal, or none of this kind (Windows).
    """
    try:
        import termios

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
        termios.tcsetattr(descriptor, termios.TCSANOW, silent)
    except (ImportError, OSError, ValueError):
        return None
    except Exception as error:  # termios.error is no OSError
        if type(error).__name__ != "error":
            raise
        return None
    return before
