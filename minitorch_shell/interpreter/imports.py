"""`import`: a file is run in the session that imports it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from grammar.source import Source
from minitorch_shell.problems.placing import place
from minitorch_shell.problems.trouble import Placed
from minitorch_shell.results.records import Place, Problem

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


def import_file(session: Session, run: Callable[[Source], bool], path: Any, importing: str) -> None:
    """`import "other.mt"`: run a file in this session, from the folder of the file `importing`.

    `run` runs it there. An error in it is placed in it, and marks the `import` as well.
    """
    from minitorch_shell.files.imports import next_file, read_import
    from minitorch_shell.problems.placing import with_import

    found, chain = next_file(session.access, path, importing)
    source = read_import(session.access, found)
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
        done = run(source)
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
