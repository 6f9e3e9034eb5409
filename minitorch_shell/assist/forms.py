"""How the function, layer or command at the cursor is written."""

from __future__ import annotations

from minitorch_shell.assist.cursor import Spot, locate
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import COMMANDS
from minitorch_shell.session.session import Session
from minitorch_shell.values.derived import Derived
from minitorch_shell.values.function import Function
from minitorch_shell.values.network import Network


def expectation(session: Session, before: str) -> str:
    """How the function, layer or command at the cursor is written, and what it does."""
    spot = locate(before)
    if spot.string is not None and not spot.calls:
        return form_of(session, spot.command)
    candidates = [spot.word] if spot.word and not _waits(spot) else []
    for name in (*candidates, spot.function):
        if text := form_of(session, name):
            return text
    return ""


def _waits(spot: Spot) -> bool:
    return bool(spot.calls) and spot.word == ""


def form_of(session: Session, name: str) -> str:
    """The form of one name; empty where there is none."""
    value = session.user_names().get(name)
    if isinstance(value, Function | Derived):
        return value.definition
    if isinstance(value, Network):
        inputs = value.inputs
        return f"{name}({inputs} number{'' if inputs == 1 else 's'})" if inputs else ""
    if value is not None:
        return ""
    if name in BUILTINS:
        builtin = BUILTINS[name]
        return f"{builtin.signature}: {builtin.doc}"
    if name in COMMANDS:
        return f"{COMMANDS[name].form}: {COMMANDS[name].doc}"
    return ""
