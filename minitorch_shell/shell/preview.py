"""A look ahead: the value of an expression while it is typed, for a few milliseconds at most."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from minitorch_shell.assist.preview import value_of
from minitorch_shell.session.session import Session

BUDGET = 0.006  # seconds for one attempt
ATTEMPTS = 3  # on a busy machine an attempt may fail because of others; later ones wait their turn
LONGEST = 200  # characters of a text that is looked at


class Preview:
    """Remembers the last text, so that redrawing costs nothing."""

    def __init__(self, session: Session, again: Callable[[], None] = lambda: None) -> None:
        self.session = session
        self.again = again  # asks for another redraw
        self.text: str | None = None
        self.shown: str | None = None
        self.attempts = 0

    def forget(self) -> None:
        """The names have changed."""
        self.text = None

    def __call__(self, text: str) -> str:
        """The value of `text` as it would be printed; empty where there is nothing to say."""
        if text != self.text:
            self.text, self.shown, self.attempts = text, None, 0
        if self.shown is None and self.attempts < ATTEMPTS:
            self.attempts += 1
            self.shown = look_ahead(self.session, text)
            if self.shown is None:
                self.again()
        return self.shown or ""


def look_ahead(session: Session, text: str, budget: float = BUDGET) -> str | None:
    """The value of a pure expression; empty for everything else, None when the time was over."""
    if not text.strip() or len(text) > LONGEST or "\n" in text or not can_stop():
        return ""
    try:
        with deadline(budget):
            return value_of(session, text)
    except TimeOver:
        return None
    except Exception:  # whatever is wrong with the text, Enter will say it
        return ""


# ---------------------------------------------------------------- time


class TimeOver(Exception):  # noqa: N818 (not an error)
    """The time is over."""


def can_stop() -> bool:
    """Whether this system can interrupt an evaluation (Windows cannot)."""
    main = threading.current_thread() is threading.main_thread()
    return hasattr(signal, "setitimer") and main


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise in the block when it takes longer; a timer that was running goes on afterwards."""
    armed = True

    def late(number: int, frame: FrameType | None) -> None:
        if armed and _may_be_left(frame):
            raise TimeOver

    before = signal.signal(signal.SIGALRM, late)
    # It rings again in case the first ring falls where nothing may be raised.
    running = signal.setitimer(signal.ITIMER_REAL, seconds, seconds / 4)
    try:
        yield
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, *running)
        signal.signal(signal.SIGALRM, before)


def _may_be_left(frame: FrameType | None) -> bool:
    """Whether an exception can be raised here: not in finalizers and callbacks of the collector."""
    if frame is None:
        return False
    home = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    ours = home in ("", "engine", "grammar", "minitorch_shell")
    return ours and frame.f_code.co_name != "__del__"
