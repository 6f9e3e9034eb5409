"""`backward`, `zero`, `grad` and `step`."""

from __future__ import annotations

from typing import Any

from engine.graph import reachable
from engine.tensor import Tensor
from grammar import syntax
from minitorch_shell.diagnosis import sweeps, zero_gradients
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.session.session import Session
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.leaves import direct_tensors
from minitorch_shell.values.leaves import gradient as gradient_of
from minitorch_shell.values.network import Network


def backward(session: Session, value: Any) -> None:
    """`backward z`: the reverse-mode sweep from one result."""
    if not isinstance(value, Tensor):
        raise Trouble(
            "MT404",
            f"`backward` starts from a tensor, this is {kind_of(value)}",
            help="it needs a single result, such as a loss: `backward mean(losses)`"
            if isinstance(value, list)
            else "bind a value first: `x = 2; z = x*x; backward z`",
        )
    if value.data - value.data != 0.0:  # nan or inf
        from minitorch_shell.diagnosis.not_finite import note_not_finite

        note_not_finite(session, value, _subject(session))
    if value._first is None:
        sweeps.note_leaf(session, _subject(session))
    before = sweeps.before(session, value)
    with session.journal.writing_graph(value):
        value.backward()
    sweeps.after(session, before)
    session.marks.sweeps += 1
    session.marks.swept = value
    session.marks.swept_by = _swept_by(session)


def _swept_by(session: Session) -> tuple[str, syntax.Expression] | None:
    """What stands behind `backward`, where that is the statement under way; its text first."""
    node = session.statement()
    if session.current is not None and isinstance(node, syntax.Command) and node.word == "backward":
        return session.current.source.slice(node.operands[0].place), node.operands[0]
    return None


def _subject(session: Session) -> str:
    """What `backward` starts from, as it is called in the program."""
    swept_by = _swept_by(session)
    if swept_by is not None and isinstance(swept_by[1], syntax.Name):
        return swept_by[1].name
    return "the result"


def zero(session: Session, *values: Any) -> None:
    """`zero`: set gradients to 0, of all that any name reaches, or of what is given."""
    for value in values:
        if not isinstance(value, Tensor | list | Network):
            raise Trouble(
                "MT401",
                f"only tensors have a gradient, this is {kind_of(value)}",
                help="write `zero x`, `zero net`, or `zero` for all",
            )
    if values:
        tensors = direct_tensors(values)
    else:
        known = [*session.user_names().values(), *session.local_values()]
        tensors = reachable(direct_tensors(known))
    sweeps.zeroed(session, tensors)
    with session.journal.writing(gradients=tensors):
        for tensor in tensors:
            tensor.grad = 0.0


def gradient(session: Session, value: Any) -> Any:
    """`grad xs[0]`, the gradient of what has no name."""
    found = gradient_of(value)
    sweeps.use(session, direct_tensors([value]))
    return found


def grad_of(session: Session, value: Any, name: str, shown: bool) -> Any:
    """`grad name`; where it is 0, a cause that can be seen is told.

    `shown` says that the gradient is what a statement shows, and not part of a computation.
    """
    found = gradient_of(value)
    if found == 0.0:
        marks = session.marks
        if marks.made_at.get(name) == marks.sweeps:
            zero_gradients.note_no_sweep(session, name)
        elif shown:
            zero_gradients.note_zero(session, name, value)
    else:
        sweeps.use(session, direct_tensors([value]))
    return found


def step(session: Session, *optimizers: Any) -> None:
    """`step opt`"""
    for optimizer in optimizers:
        if not hasattr(optimizer, "settings"):
            raise Trouble(
                "MT302",
                f"`step` takes an optimizer, not {kind_of(optimizer)}",
                help="make one first: `opt = sgd(net, lr=0.1)`",
            )
        session.marks.leaves_changed = True
        sweeps.use(session, optimizer.parameters)
        with session.journal.writing(optimizer.parameters, (), [optimizer]):
            optimizer.step()
