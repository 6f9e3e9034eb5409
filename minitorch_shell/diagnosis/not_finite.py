"""The note on a value that became nan or infinite: where, and what to do."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING, Any

from minitorch_shell.diagnosis.origin import Origin, number_of, origin_of, shown
from minitorch_shell.results.records import Problem

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


_ADVICE = {
    "log": "`log` takes numbers above 0; where 0 can come, add a little: `log(x + 1e-6)`",
    "sqrt": "`sqrt` takes numbers from 0 on; look at what goes in with `print`",
    "/": "keep the divisor away from 0, or leave the division out with `... if b != 0 else 0`",
    "%": "there is no remainder of a division by 0; keep the divisor away from it",
    "^": "a negative number takes whole exponents only; where values grow without end, "
    "the learning rate is often too large",
    "*": "the largest number is about 1.8e308; where values grow without end, the learning rate is "
    "often too large",
    "exp": "`exp` of more than 709 is beyond the largest number: keep its argument small",
}


def note_not_finite(session: Session, value: Any, called: str) -> None:
    """Tell where `value`, which is not finite, was made; once for each top-level statement.

    A nan spoils everything, so it is told for each value that is one. An inf can be wanted: what
    made it is told once.
    """
    unit = session.current
    blamed = session.marks.blamed
    if unit is None or id(unit) in blamed:
        return
    blamed.add(id(unit))
    origin = origin_of(session, value)
    if origin is None or _told_before(session, value, origin):
        return
    from minitorch_shell.problems.placing import place

    number = shown(value)
    at = place(origin.source, origin.node.place) if origin.source and origin.node else None
    if at is None:
        at = place(unit.source, unit.nodes[0].place)
        message, label = f"{called} is {number}, because of {origin.text}", ""
    else:
        message, label = f"{called} became {number} here: {origin.text}", f"makes {origin.made}"
    advice = _ADVICE.get(origin.operation, "look at the numbers that go in with `print`")
    session.receive(Problem("note", "MT317", message, at, label, help=(advice,)))


def _told_before(session: Session, value: Any, origin: Origin) -> bool:
    """Whether this nan, or an inf of this origin, was told of; remembers this one."""
    key: tuple[Any, ...] = (id(origin.source), origin.node and origin.node.place, origin.text)
    if not isinf(number_of(value) or 0.0):
        key += (id(value),)
    told = session.marks.overflows
    if key in told:
        return True
    told.add(key)
    return False
