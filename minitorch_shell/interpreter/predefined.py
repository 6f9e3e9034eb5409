"""From a row of the table of predefined names to what the name stands for."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from minitorch_shell.catalogue.builtins import BUILTINS, MADE_BY_NAME

if TYPE_CHECKING:
    from minitorch_shell.session import Session


def implementation(session: Session, name: str) -> Any:
    """What a predefined name stands for in a session; imported when it is first asked for.

    Raises KeyError where the name is not predefined.
    """
    if name in session.data_sources:
        return session.data_sources[name]
    builtin = BUILTINS[name]
    module, _, attribute = builtin.where.partition(":")
    found = getattr(import_module(module), attribute)
    if builtin.group in MADE_BY_NAME:
        return found(name)
    return partial(found, session) if builtin.sessional else found
