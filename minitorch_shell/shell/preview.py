"""A look ahead: the value of an expression while it is typed.

Only what can change nothing is evaluated, for a few milliseconds at most.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from grammar import syntax
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.results.printed import value_text
from minitorch_shell.results.records import Result
from minitorch_shell.session.aside import Purity, evaluated
from minitorch_shell.session.session import Session
from minitorch_shell.values.description import plain

BUDGET = 0.006  # seconds for one attempt
ATTEMPTS = 3  # on a busy machine an attempt may fail because of others; later ones wait their turn
LONGEST = 200  # characters of a text that is looked at
WIDEST = 32  # characters of a value


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
            return _value(session, text)
    except TimeOver:
        return None
    except Exception:  # whatever is wrong with the text, Enter will say it
        return ""


def warm_up(session: Session) -> None:
    """Load what the first look ahead needs, which takes longer than the budget."""
    from grammar.parser import parse

    parse(Source("<preview>", "0"))
    for builtin in BUILTINS.values():
        if builtin.group == "function":
            session.load(builtin.name)


def _value(session: Session, text: str) -> str:
    from grammar.parser import parse

    source = Source("<preview>", text)
    try:
        statements = parse(source).statements
    except SyntaxProblem:
        return ""
    if len(statements) != 1 or not isinstance(statements[0], syntax.ExpressionStatement):
        return ""
    expression = statements[0].value
    plain_forms = (syntax.Number, syntax.Boolean, syntax.String)
    if isinstance(expression, plain_forms) or not Purity(session, deadline=True).holds(expression):
        return ""
    notes: list[Result] = []
    value = plain(evaluated(session, source, expression, notes.append))
    if notes or not isinstance(value, bool | int | float | list):
        return ""
    shown = value_text(value, session.settings.digits)
    return shown if shown != text.strip() and len(shown) <= WIDEST else ""


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
