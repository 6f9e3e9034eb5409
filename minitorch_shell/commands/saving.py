"""`save` and `export`: networks go to files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from engine import checkpoint
from minitorch_shell.catalogue.commands import EXPORT_FORMS
from minitorch_shell.files.access import path_to_write
from minitorch_shell.files.troubles import cannot_write, write
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


def network_to_write(value: Any, command: str) -> Network:
    """`value`, which must be a network."""
    if isinstance(value, Network):
        return value
    raise Trouble(
        "MT302",
        f"`{command}` takes a network, this is {kind_of(value)}",
        help=f'write `{command} net to "net.{"json" if command == "save" else "py"}"`',
    )


def save(session: Session, value: Any, path: Any) -> None:
    """`save net to "net.json"`: the network, with the optimizer of its last `train`."""
    network = network_to_write(value, "save")
    text = path_to_write(session.access, path)
    if not session.access.writing:
        return
    optimizer = session.optimizers.get(network.module)
    try:
        checkpoint.save(network.module, text, optimizer)
    except OSError as error:
        raise cannot_write(text, error) from None
    except ValueError as error:  # a layer that no file format has
        raise Trouble("MT605", f"this network cannot be saved: {error}") from None


def export(session: Session, value: Any, path: Any, form: str = "python") -> None:
    """`export net to "net.py" [as pytorch]`: the network as a program of its own."""
    from minitorch_shell.commands import network_program as programs

    network = network_to_write(value, "export")
    if form not in EXPORT_FORMS:
        raise Trouble(
            "MT605",
            f"there is no export as {form}",
            help='write `export net to "net.py"` or `export net to "net.py" as pytorch`',
        )
    text = path_to_write(session.access, path)
    if not session.access.writing:
        return
    make = programs.pytorch_program if form == "pytorch" else programs.python_program
    write(text, make(network.module, os.path.basename(text)))
