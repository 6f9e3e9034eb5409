"""Notes on a sweep that may not be what was meant: it adds to old gradients, or its graph is old.

Both are right at times, so a note is all: gradients that add up sum over several results, and a
graph may be kept on purpose. Each kind is told once in a top-level statement. A sweep from a leaf,
which reaches nothing else, is told too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.graph import leaves
from engine.tensor import Tensor
from grammar import syntax as s
from minitorch_shell.diagnosis.definitions import latest_value
from minitorch_shell.results.printed import number_text
from minitorch_shell.session.marks import MOST_USED
from minitorch_shell.values.leaves import direct_tensors

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session

# Looking at the age of a graph takes as long as computing it again.
MOST_LOOKS = 2  # in one top-level statement
MOST_NODES = 150  # of a graph, those near the result


class Before:
    """The gradients that a sweep may add to, as they were before it."""

    __slots__ = ("again", "used")

    def __init__(self, session: Session, value: Tensor) -> None:
        marks = session.marks
        self.used = [(leaf, leaf.grad) for leaf in marks.used if leaf.grad != 0.0]
        self.again: list[tuple[Tensor, float]] = []
        if value is marks.swept and value._first is not None:
            self.again = [(leaf, leaf.grad) for leaf in leaves(value) if leaf.grad != 0.0]


def before(session: Session, value: Tensor) -> Before:
    """What is to be given to `after`. Looks at old graphs too."""
    if session.marks.leaves_changed:
        _look_at_age(session, value)
    return Before(session, value)


def after(session: Session, before: Before) -> None:
    """Say so if the sweep added to a gradient that the program has used already.

    Gradients add up over several results, and that may be wanted: of a leaf that is not read or
    stepped along in between, nothing is said. Where the same result was swept twice, it is said
    when the sum is read.
    """
    marks = session.marks
    if len(marks.used) > marks.most_used:
        _forget_unnamed(session)
    if before.again:
        doubled = {leaf: was for leaf, was in before.again if leaf.grad != was and was == was}
        marks.doubled = doubled | marks.doubled
    grown = [(leaf, was) for leaf, was in before.used if leaf.grad != was and was == was]
    if not grown:
        return
    for leaf, _ in grown:
        marks.used.discard(leaf)
    _no_longer_doubled(session, [leaf for leaf, _ in grown])
    if not _is_told(session, "MT406"):
        leaf, was = grown[0]
        digits = session.settings.digits
        _note(
            session,
            "MT406",
            f"this `backward` added to an earlier gradient: {_gradient(session, leaf)} was "
            f"{number_text(was, digits)} and is now {number_text(leaf.grad, digits)}",
            "`zero` before it starts from 0; gradients add up over several results, where that is "
            "meant",
        )


def use(session: Session, tensors: Iterable[Tensor]) -> None:
    """The program reads these gradients, or steps along them."""
    marks = session.marks
    used = [tensor for tensor in tensors if tensor._first is None]
    marks.used.update(used)
    doubled = [(leaf, marks.doubled[leaf]) for leaf in used if leaf in marks.doubled]
    _no_longer_doubled(session, [leaf for leaf, _ in doubled])
    doubled = [(leaf, was) for leaf, was in doubled if leaf.grad != was]  # else it was undone
    if doubled and not _is_told(session, "MT406"):
        leaf, was = doubled[0]
        digits = session.settings.digits
        _note(
            session,
            "MT406",
            f"the same result was swept twice: {_gradient(session, leaf)} was "
            f"{number_text(was, digits)} and is now {number_text(leaf.grad, digits)}",
            "`zero` between the two sweeps starts the second from 0",
        )


def zeroed(session: Session, tensors: Iterable[Tensor]) -> None:
    """These gradients were set to 0: nothing is added to them."""
    session.marks.used.difference_update(tensors)
    _no_longer_doubled(session, tensors)


def _no_longer_doubled(session: Session, tensors: Iterable[Tensor]) -> None:
    marks = session.marks
    if marks.doubled:
        gone = set(tensors)
        marks.doubled = {leaf: was for leaf, was in marks.doubled.items() if leaf not in gone}


def _forget_unnamed(session: Session) -> None:
    """Leaves that no name reaches any more are not read again."""
    marks = session.marks
    marks.used.intersection_update(direct_tensors(session.user_names().values()))
    marks.most_used = 2 * len(marks.used) + MOST_USED


def note_leaf(session: Session, name: str) -> None:
    """A sweep from a leaf: there is nothing to go back through."""
    if _is_told(session, "MT411"):
        return
    value = latest_value(session, name)
    plain = isinstance(value, s.Grad)
    message = f"{name} is a leaf, which was computed from nothing: no gradient but its own changes"
    if plain:
        message += "; `grad` gives a plain number, without the graph it came from"
    _note(session, "MT411", message, "start from a result, such as a loss")


def _look_at_age(session: Session, value: Tensor) -> None:
    marks, statement = session.marks, id(session.current)
    looks = marks.looks[1] if marks.looks[0] == statement else 0
    if looks >= MOST_LOOKS or _is_told(session, "MT407"):
        return
    from engine.gradient_check import outdated

    marks.looks = (statement, looks + 1)
    old = outdated(value, MOST_NODES)
    if old is None:
        return
    leaf = next((child for child in old._prev if not child._prev), None)
    label = None if leaf is None else _label(session, leaf)
    name = "a parameter" if label is None else f"`{label}`"
    _note(
        session,
        "MT407",
        f"this was computed before {name} changed: its gradients are those of the old number",
        "compute it again before `backward`; in a loop, inside the loop",
    )


def _gradient(session: Session, leaf: Tensor) -> str:
    label = _label(session, leaf)
    return "that of a parameter" if label is None else f"grad {label}"


def _label(session: Session, leaf: Tensor) -> str | None:
    from minitorch_shell.session.labels import labels

    return labels(session).get(id(leaf))


def _is_told(session: Session, code: str) -> bool:
    return (code, id(session.current)) in session.marks.sweep_notes


def _note(session: Session, code: str, message: str, help: str) -> None:
    session.marks.sweep_notes.add((code, id(session.current)))
    session.note_here(code, message, [help])
