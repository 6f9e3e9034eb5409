"""`backward`, `zero`, `grad` and `step`."""

from __future__ import annotations

from math import inf
from typing import Any

from engine.graph import reachable
from engine.tensor import Tensor
from grammar import syntax
from minitorch_shell.diagnosis import sweeps, zero_gradients
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Plain, Table
from minitorch_shell.session.session import Session
from minitorch_shell.values.description import plain
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


def show_gradients(session: Session, node_number: int, *values: Any) -> None:
    """`grad a, b, c`: the gradients with their names."""
    unit = session.unit()
    node = unit.nodes[node_number]
    assert isinstance(node, syntax.Command)
    rows: list[tuple[Plain, ...]] = []
    for value, operand in zip(values, node.operands, strict=True):
        text = " ".join(unit.source.slice(operand.place).split())
        named = isinstance(operand, syntax.Name) and session.names.get(text) is value
        found = grad_of(session, value, text, True) if named else gradient(session, value)
        rows.append((text, plain(found)))
    digits = session.settings.digits
    session.receive(Table(("", "gradient"), tuple(rows), digits=digits, kind="gradients"))


def step(session: Session, *optimizers: Any, lr: Any = None) -> None:
    """`step opt`, `step opt lr=0.05`"""
    rate = None if lr is None else _rate(lr)
    for optimizer in optimizers:
        if not hasattr(optimizer, "settings"):
            raise Trouble(
                "MT302",
                f"`step` takes an optimizer, not {kind_of(optimizer)}",
                help="make one first: `opt = sgd(net, lr=0.1)`",
            )
        session.marks.leaves_changed = True
        sweeps.use(session, optimizer.parameters)
        own = optimizer.lr
        with session.journal.writing(optimizer.parameters, (), [optimizer]):
            try:
                optimizer.lr = own if rate is None else rate
                optimizer.step()
            finally:
                optimizer.lr = own


def _rate(lr: Any) -> float:
    """The rate of one step."""
    if not isinstance(lr, Tensor | float | int) or isinstance(lr, bool):
        raise Trouble(
            "MT302", f"`lr` takes a number, not {kind_of(lr)}", help="write `step opt lr=0.05`"
        )
    rate = float(lr.data if isinstance(lr, Tensor) else lr)
    if not 0 <= rate < inf:
        raise Trouble("MT300", f"lr must be at least 0, got {rate:g}", help="write `lr=0.05`")
    return rate
