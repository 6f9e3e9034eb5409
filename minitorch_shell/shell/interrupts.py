"""Ctrl-C while a statement runs, and at all other times.

At the prompt Ctrl-C is a key. While a statement runs it stops that. In between there is nothing to
stop, so it does nothing: it must never end the shell.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Any

# What ends a program that is asked to end; Ctrl-\ sends the last of them.
ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")
# No pasting in brackets, the cursor shown, plain colours, lines broken at the edge: as before.
PLAIN_TERMINAL = "\x1b[?2004l\x1b[?25h\x1b[0m\x1b[?7h\r\n"

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

    def leave_the_terminal_whole(self) -> None:
        """A signal that ends the shell finds the terminal, and leaves it, as it is now."""
        before = _settings()
        if before is None:
            return

        def end(number: int, frame: FrameType | None) -> None:
            import termios

            with suppress(OSError, ValueError, termios.error):  # the terminal may be gone
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, before)
                os.write(sys.stdout.fileno(), PLAIN_TERMINAL.encode())
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        for name in ENDING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, end)

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

    Gives the settings before; None where there is no terminal, or none of this kind.
    """
    before = _settings()
    if before is not None:
        import termios

        silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, silent)
    return before


def _settings() -> list[Any] | None:
    """The settings of the terminal; None where there is none, or none of this kind (Windows)."""
    try:
        import termios
    except ImportError:
        return None
    try:
        return termios.tcgetattr(sys.stdin.fileno())
    except (OSError, ValueError, termios.error):
        return None
