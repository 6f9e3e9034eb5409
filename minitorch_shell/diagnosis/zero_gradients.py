"""Why a gradient that is shown is 0, where there is a reason to look for; each told once.

A gradient can be 0 because that is the slope. So a cause is told only where the graph of the last
sweep, or the text of the program, shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.composite import Composite
from engine.graph import topological_order
from engine.tensor import Tensor
from grammar import syntax as s
from minitorch_shell.diagnosis.definitions import cut_between, latest_value
from minitorch_shell.results.printed import number_text

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session

LONGEST = 30  # characters of an expression that is named by its text

_Reason = tuple[str, str, str]  # code, message, help


def note_no_sweep(session: Session, name: str) -> None:
    """No `backward` has run since the name was bound."""
    _tell(
        session,
        name,
        "MT405",
        f"grad {name} is 0 because no `backward` has run since {name} was made",
        "run `backward` from a result that depends on it",
    )


def note_zero(session: Session, name: str, value: object) -> None:
    """Say why the gradient of `value`, which is called `name` and whose gradient is shown, is 0."""
    swept = session.marks.swept
    if not isinstance(value, Tensor) or not isinstance(swept, Tensor) or swept.grad == 0.0:
        return  # nothing was swept, or the gradients were set to 0 since
    reason = _reason(session, name, value, swept)
    if reason is not None:
        _tell(session, name, *reason)


def _tell(session: Session, name: str, code: str, message: str, help: str) -> None:
    marks = session.marks
    key = code, name, marks.made_at.get(name, -1)
    if key not in marks.explained:
        marks.explained.add(key)
        session.note_here(code, message, [help])


def _reason(session: Session, name: str, value: Tensor, swept: Tensor) -> _Reason | None:
    order = topological_order(swept)
    nodes = set(map(id, order))
    result, written = _result(session, swept)
    if id(value) in nodes:
        blocked = _relus_off(order, value)
        if not blocked:
            return None
        number = number_text(blocked[0], session.settings.digits)
        return (
            "MT410",
            f"grad {name} is 0: on the way from {name} to {result} a `relu` is off (its input is "
            f"{number}), and its slope there is 0",
            "above 0 it lets the gradient pass; `leaky_relu` lets a little pass below 0 too",
        )
    earlier = [leaf() for leaf in session.marks.earlier.get(name, ())]
    if any(leaf is not None and id(leaf) in nodes for leaf in earlier):
        return (
            "MT408",
            f"grad {name} is 0: {name} was bound anew, and the graph of {result} holds the "
            f"{name} from before",
            f"compute {result} again from the new {name} before `backward`; "
            f"`{name} := ...` changes the number and keeps the leaf",
        )
    cut = cut_between(session, written, name) if written is not None else ""
    if cut:
        return (
            "MT410",
            f"grad {name} is 0: on the way from {name} to {result} stands `{cut}`, which gives a "
            "plain number, and no gradient passes it",
            f"sweep from a result that needs no `{cut}` of {name}",
        )
    return (
        "MT409",
        f"grad {name} is 0: {name} is not in the graph of {result}, which the last `backward` "
        "went through",
        f"start `backward` from a result that is computed from {name}",
    )


def _result(session: Session, swept: Tensor) -> tuple[str, s.Expression | None]:
    """What the swept result is called, and the expression it was computed by."""
    from minitorch_shell.session.labels import labels

    name = labels(session).get(id(swept), "").partition(", ")[0]
    if name:
        return name, latest_value(session, name.partition("[")[0])
    if session.marks.swept_by is None:
        return "the last result", None
    text, node = session.marks.swept_by
    return text if len(text) <= LONGEST else "the last result", node


def _relus_off(order: list[Tensor], value: Tensor) -> list[float]:
    """The inputs of the relus that stop all of the gradient on its way to `value`.

    Empty where something else than a relu does, or where what arrives adds up to 0.
    """
    on_the_way = {id(value)}
    stops: list[Tensor] = []
    for node in order:  # children come before their parents
        below = [child for child in node._prev if id(child) in on_the_way]
        if not below:
            continue
        on_the_way.add(id(node))
        if node.grad != 0.0 and any(child.grad == 0.0 for child in below):
            stops.append(node)
    if not all(node._op in ("relu", "dot relu") and node._by_first is None for node in stops):
        return []
    return [_input_of(node) for node in reversed(stops)]


def _input_of(node: Tensor) -> float:
    """What goes into a relu."""
    relu = node._unfold(node._prev) if isinstance(node, Composite) else node
    return relu._prev[0].data
