"""`seed`, `set` and `assert`."""

from __future__ import annotations

import random
from typing import Any

from grammar import syntax
from minitorch_shell.catalogue.options import SETTINGS
from minitorch_shell.checks.statements import setting_trouble
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.printed import value_text
from minitorch_shell.results.records import Lines
from minitorch_shell.session.session import Session
from minitorch_shell.values.counts import whole
from minitorch_shell.values.description import plain


def seed(session: Session, node_number: int, value: Any) -> None:
    """`seed 42`; `seed random` takes one of the system's choice, which is told."""
    if _is_word(session, node_number):
        number = random.SystemRandom().randrange(1_000_000)
        session.receive(Lines((f"seed {number}",), "seed"))
    else:
        number = whole(value, "a seed")
    session.seed = number
    session.random.seed(number)


def _is_word(session: Session, node_number: int) -> bool:
    """Whether the last operand of a command is a bare word."""
    node = session.node(node_number)
    return isinstance(node, syntax.Command) and isinstance(node.operands[-1], syntax.Word)


def set_setting(session: Session, node_number: int, name: str, value: Any) -> None:
    """`set name=value`"""
    settings, word = session.settings, _is_word(session, node_number)
    if name == "digits" and not word:
        digits = whole(value, "`digits`")
        if not 1 <= digits <= 17:
            raise Trouble("MT308", f"`digits` lies between 1 and 17, not {digits}")
        settings.digits = digits
    elif name == "engine" and value in SETTINGS["engine"].values:
        settings.engine = value
    elif name == "tables" and value in SETTINGS["tables"].values:
        settings.tables = value
    elif name == "preview" and value in ("on", "off"):
        settings.preview = value == "on"
    else:
        raise setting_trouble(name, _written(session, node_number))


def _written(session: Session, node_number: int) -> str:
    """The value of the setting, as the program writes it."""
    node = session.node(node_number)
    assert isinstance(node, syntax.Command)
    return session.unit().source.slice(node.operands[-1].place)


def failed(session: Session, node_number: int, message: Any) -> None:
    """`assert`: the condition does not hold."""
    node = session.node(node_number)
    assert isinstance(node, syntax.Assert)
    said = f": {value_text(plain(message))}" if message is not None else ""
    raise Trouble(
        "MT313",
        f"the assertion does not hold{said}",
        node=node.condition,
        label="this is false",
        help="look at its values with `print`",
    )
