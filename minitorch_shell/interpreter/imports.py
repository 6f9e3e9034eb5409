"""`import`: a file is run in the session that imports it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from grammar.source import Source
from minitorch_shell.problems.placing import place
from minitorch_shell.problems.trouble import Placed
from minitorch_shell.results.records import Place, Problem

if TYPE_CHECKING:
    from minitorch_shell.session.session import Receive, Session


def import_file(session: Session, run: Callable[[Source], bool], path: Any, importing: str) -> None:
    """`import "other.mt"`: run a file in this session, from the folder of the file `importing`.

    `run` runs it there. An error in it is placed in it, and marks the `import` as well.
    """
    from minitorch_shell.files.imports import next_file, read_import
    from minitorch_shell.problems.placing import with_import

    found, chain = next_file(session.access, path, importing)
    source = read_import(session.access, found)
    outer_chain, outer = session.access.importing, session.receive
    at = _import_place(session)
    inner = _Held(outer)
    try:
        session.access.importing = chain
        session.receive = inner
        done = run(source)
    finally:
        session.receive = outer
        session.access.importing = outer_chain
    if not done:
        for problem in inner.errors[:-1]:
            outer(problem)
        raise Placed(with_import(inner.errors[-1], at))


class _Held:
    """A receiver that holds errors back, and hands all else to the one outside of the import."""

    def __init__(self, outer: Receive) -> None:
        self.outer = outer
        self.errors: list[Problem] = []

    def __call__(self, result: Any) -> None:
        if isinstance(result, Problem) and result.severity == "error":
            self.errors.append(result)
        else:
            self.outer(result)


def leave_all(session: Session) -> None:
    """Go back to where no import is under way: an interrupt may have kept one from doing so."""
    while isinstance(session.receive, _Held):
        session.receive = session.receive.outer
    session.access.importing = []


def _import_place(session: Session) -> Place | None:
    unit = session.current
    return place(unit.source, unit.nodes[0].place) if unit is not None else None
