"""A look ahead: the value of an expression while it is typed.

Only what can change nothing is evaluated, in a copy of the names, for a few milliseconds at most.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from engine.tensor import Tensor
from grammar import syntax
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.interpreter.predefined import implementation
from minitorch_shell.lowering.statements import lower
from minitorch_shell.results.printed import value_text
from minitorch_shell.results.records import Collector, Value
from minitorch_shell.session import Session
from minitorch_shell.values.function import Function
from minitorch_shell.values.network import Network

BUDGET = 0.006  # seconds for one attempt
ATTEMPTS = 3  # on a busy machine an attempt may fail because of others; later ones wait their turn
LONGEST = 200  # characters of a text that is looked at
WIDEST = 32  # characters of a value
_LARGEST_RANGE = 1_000
_LARGEST_NETWORK = 1_000  # parameters

_PURE_NODES = (
    syntax.Number, syntax.Boolean, syntax.Name, syntax.ListOf, syntax.ForClause, syntax.IfClause,
    syntax.Comprehension, syntax.Call, syntax.Index, syntax.Slice, syntax.Unary, syntax.Binary,
    syntax.Compare, syntax.Logic, syntax.Not, syntax.Choice, syntax.Grad,
)  # fmt: skip


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
            implementation(session, builtin.name)


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
    if isinstance(expression, plain_forms) or not is_pure(expression, session):
        return ""
    shown = _evaluated(session, statements[0], source)
    return shown if shown != text.strip() and len(shown) <= WIDEST else ""


def _evaluated(session: Session, statement: syntax.Statement, source: Source) -> str:
    """Run the statement on a copy of the names; what it would print is caught."""
    unit = lower(statement, source, "<preview>")
    for name in unit.builtins:
        session.builtin(name)
    caught = Collector()
    receive, current = session.receive, session.current
    depth = session.statements.depth[0]
    session.receive, session.current = caught, unit
    try:
        names = dict(session.names)
        assert unit.code is not None
        exec(unit.code, names)
        names["$statement"]()
    finally:
        session.receive, session.current = receive, current
        session.statements.depth[0] = depth
    if len(caught.results) != 1 or not isinstance(caught.results[0], Value):
        return ""
    result = caught.results[0]
    if not isinstance(result.items[0], bool | int | float | list):
        return ""
    return value_text(result.items[0], result.digits)


# ---------------------------------------------------------------- what can change nothing


def is_pure(node: syntax.Node, session: Session, seen: frozenset[str] = frozenset()) -> bool:
    """Whether evaluating it draws no random number, reads no file and writes nothing."""
    local = {
        target.name
        for part in syntax.walk(node)
        if isinstance(part, syntax.ForClause)
        for target in part.targets
    }
    called = {
        id(part.function)
        for part in syntax.walk(node)
        if isinstance(part, syntax.Call) and isinstance(part.function, syntax.Name)
    }
    for part in syntax.walk(node):
        if not isinstance(part, _PURE_NODES):
            return False
        name = part.name if isinstance(part, syntax.Name) else ""
        free = name and name not in local
        if free and not _pure_name(name, session, id(part) in called, seen):
            return False
        if isinstance(part, syntax.Call) and not _short_range(part):
            return False
    return True


def _pure_name(name: str, session: Session, called: bool, seen: frozenset[str]) -> bool:
    names = session.user_names()
    if name in names:
        return _pure_value(names[name], name, session, seen)
    builtin = BUILTINS.get(name)
    if builtin is None:
        return False
    if builtin.group == "constant":
        return True
    return called and builtin.pure


def _pure_value(value: Any, name: str, session: Session, seen: frozenset[str]) -> bool:
    if isinstance(value, Function):
        return name in seen or _pure_function(value, session, seen | {name})
    if isinstance(value, Network):
        small = len(value.parameters()) <= _LARGEST_NETWORK
        return small and all(type(layer).__name__ != "Dropout" for layer in value.module)
    return isinstance(value, Tensor | bool | int | float | str | list)


def _pure_function(function: Function, session: Session, seen: frozenset[str]) -> bool:
    from grammar.parser import parse

    statement = parse(Source("<preview>", function.definition)).statements[0]
    if not isinstance(statement, syntax.Define):
        return False
    parameters = {parameter.name for parameter in statement.parameters}
    body_names = [
        part for part in syntax.walk(statement.body)
        if isinstance(part, syntax.Name) and part.name in parameters
    ]  # fmt: skip
    for part in body_names:  # parameters are values of the call, judged there
        part.name = "pi"
    return is_pure(statement.body, session, seen)


def _short_range(call: syntax.Call) -> bool:
    """A list made in one go cannot be stopped, so only short ranges are tried."""
    if not isinstance(call.function, syntax.Name) or call.function.name != "range":
        return True
    return all(
        isinstance(part, syntax.Number) and part.value <= _LARGEST_RANGE for part in call.arguments
    )


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
