"""Notes on a sweep that may not be what was meant: it adds to old gradients, or its graph is old.

Both are right at times, so a note is all: gradients that add up sum over several results, and a
graph may be kept on purpose. Each kind is told once in a top-level statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.tensor import Tensor
from minitorch_shell.results.printed import number_text
from minitorch_shell.values.leaves import direct_tensors

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session

# Looking at the age of a graph takes as long as computing it again.
MOST_LOOKS = 2  # in one top-level statement
MOST_NODES = 150  # of a graph, those near the result


def before(session: Session, value: Tensor) -> list[tuple[Tensor, float]]:
    """The leaves with a gradient already; to be given to `after`. Looks at old graphs too."""
    if session.marks.leaves_changed:
        _look_at_age(session, value)
    if session.marks.summed or _is_told(session, "MT406"):
        return []
    named = direct_tensors(session.user_names().values())
    return [(leaf, leaf.grad) for leaf in named if leaf.grad != 0.0 and not leaf._prev]


def after(session: Session, before: list[tuple[Tensor, float]]) -> None:
    """Say so if the sweep added to a gradient that was there."""
    for leaf, gradient in before:
        if leaf.grad != gradient and gradient == gradient:
            session.marks.summed = True
            digits = session.settings.digits
            was, now = number_text(gradient, digits), number_text(leaf.grad, digits)
            _note(
                session,
                "MT406",
                f"this `backward` added to an earlier gradient: {_gradient(session, leaf)} "
                f"was {was} and is now {now}",
                "`zero` before it starts from 0; gradients add up over several results, "
                "where that is meant",
            )
            return


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
