"""`seed`, `set` and `assert`."""

from __future__ import annotations

import random
from typing import Any

from grammar import syntax
from minitorch_shell.catalogue.options import SETTINGS, SHELL_SETTINGS, known_options
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.printed import value_text
from minitorch_shell.results.records import Lines
from minitorch_shell.session.session import Session
from minitorch_shell.values.counts import whole
from minitorch_shell.values.description import plain
from minitorch_shell.values.network import Network


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
    elif name == "preview" and value in ("on", "off"):
        settings.preview = value == "on"
    else:
        if name in known_options("train"):
            given = f"{name}={_written(session, node_number)}"
            raise Trouble(
                "MT208", f"`{name}` is an option of `train`, not a setting",
                help=f"write it behind the data: `train {_fitting(session)} {given}`",
            )  # fmt: skip
        if name in SHELL_SETTINGS:
            raise Trouble(
                "MT208", f"`{name}` is set in the settings file of the shell, not here",
                help="`minitorch --generate-config` writes `config.toml`, where it stands",
            )  # fmt: skip
        known = "`set digits=4`, `set engine=eager` (auto, compiled), `set preview=off` (on)"
        raise Trouble("MT208", f"`{name}` cannot be set like this", help=f"there is {known}")


def _written(session: Session, node_number: int) -> str:
    """The value of the setting, as the program writes it."""
    node = session.node(node_number)
    assert isinstance(node, syntax.Command)
    return session.unit().source.slice(node.operands[-1].place)


def _fitting(session: Session) -> str:
    """Data that the network of the session takes."""
    from minitorch_shell.diagnosis.training_help import fitting_data

    networks = [value for value in session.user_names().values() if isinstance(value, Network)]
    return (fitting_data(session, networks[-1]) if networks else "") or "majority"


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
