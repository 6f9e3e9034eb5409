"""`save`, `load`, `export`, `import`: what goes to files and comes from them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from engine import checkpoint
from minitorch_shell.files import access as safety
from minitorch_shell.files.troubles import cannot_write, write
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network

if TYPE_CHECKING:
    from minitorch_shell.session import Session


def path_text(session: Session, path: Any) -> str:
    """The path under which a file that the program names can be read; Trouble where it is none."""
    return safety.path_to_read(session.access, path, safety.folder_of(_program_name(session)))


def _program_name(session: Session) -> str:
    return session.current.source.name if session.current is not None else "<shell>"


def network_to_write(value: Any, command: str) -> Network:
    """`value`, which must be a network."""
    if isinstance(value, Network):
        return value
    raise Trouble(
        "MT302",
        f"`{command}` takes a network, this is {kind_of(value)}",
        help=f'write `{command} net to "net.{"json" if command == "save" else "py"}"`',
    )


# ---------------------------------------------------------------- networks


def save(session: Session, value: Any, path: Any) -> None:
    """`save net to "net.json"`: the network, with the optimizer of its last `train`."""
    network = network_to_write(value, "save")
    text = safety.path_to_write(session.access, path)
    optimizer = session.optimizers.get(network.module)
    try:
        checkpoint.save(network.module, text, optimizer)
    except OSError as error:
        raise cannot_write(text, error) from None
    except ValueError as error:  # a layer that no file format has
        raise Trouble("MT605", f"this network cannot be saved: {error}") from None


FORMS = (None, "python", "pytorch")


def export(session: Session, value: Any, path: Any, form: str | None) -> None:
    """`export net to "net.py" [as pytorch]`: the network as a program of its own."""
    from minitorch_shell import export as programs

    network = network_to_write(value, "export")
    if form not in FORMS:
        raise Trouble(
            "MT605",
            f"there is no export as {form}",
            help='write `export net to "net.py"` or `export net to "net.py" as pytorch`',
        )
    text = safety.path_to_write(session.access, path)
    make = programs.pytorch_program if form == "pytorch" else programs.python_program
    write(text, make(network.module, os.path.basename(text)))


# ---------------------------------------------------------------- programs
