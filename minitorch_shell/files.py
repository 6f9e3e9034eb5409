"""`save`, `load`, `export`, `import`: what goes to files and comes from them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from engine import checkpoint
from minitorch_shell import safety
from minitorch_shell.problems.placing import place
from minitorch_shell.problems.trouble import Placed, Trouble
from minitorch_shell.results.records import Place, Problem
from minitorch_shell.troubles import cannot_write, write
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


def import_file(session: Session, path: Any, importing: str) -> None:
    """`import "other.mt"`: run a file in this session, from the folder of the file `importing`.

    An error in it is placed in it, and marks the `import` as well.
    """
    from minitorch_shell.imports import next_file, read_import
    from minitorch_shell.problems.placing import with_import

    found, chain = next_file(session.access, path, importing)
    source = read_import(found)
    outer_chain, session.access.importing = session.access.importing, chain
    at = _import_place(session)
    outer = session.receive
    errors: list[Problem] = []

    def receive(result: Any) -> None:
        if isinstance(result, Problem) and result.severity == "error":
            errors.append(result)
        else:
            outer(result)

    session.receive = receive
    try:
        done = session.run(source)
    finally:
        session.receive = outer
        session.access.importing = outer_chain
    if not done:
        for problem in errors[:-1]:
            outer(problem)
        raise Placed(with_import(errors[-1], at))


def _import_place(session: Session) -> Place | None:
    unit = session.current
    return place(unit.source, unit.nodes[0].place) if unit is not None else None
