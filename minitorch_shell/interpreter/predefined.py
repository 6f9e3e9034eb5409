"""From a name that programs or their code use to what it stands for in a session."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from minitorch_shell import library
from minitorch_shell.catalogue.builtins import BUILTINS, MADE_BY_NAME
from minitorch_shell.interpreter.helpers import OF_THE_SESSION, OPERATIONS
from minitorch_shell.session.session import Session


def implementation(session: Session, name: str) -> Any:
    """What a predefined name, or a helper `$name`, stands for; imported when it is asked for.

    Raises KeyError where there is none.
    """
    if name in session.data_sources:
        return session.data_sources[name]
    if name in OPERATIONS:
        return _found(*OPERATIONS[name])
    if name in OF_THE_SESSION:
        return partial(_found(*OF_THE_SESSION[name]), session)
    builtin = BUILTINS[name]
    found = _found(*builtin.where.split(":"))
    if builtin.group in MADE_BY_NAME:
        return found(name)
    return partial(found, session) if builtin.sessional else found


def _found(module: str, attribute: str) -> Any:
    return getattr(import_module(module, library.__name__), attribute)
