"""`backward`, `zero`, `grad` and `step`."""

from __future__ import annotations

from typing import Any

from engine.graph import reachable
from engine.tensor import Tensor
from grammar import syntax
from minitorch_shell.diagnosis import sweeps
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
    before = sweeps.before(session, value)
    with session.journal.writing_graph(value):
        value.backward()
    if before:
        sweeps.after(session, before)
    session.marks.sweeps += 1
    session.marks.swept = value


def _subject(session: Session) -> str:
    """What `backward` starts from, as it is called in the program."""
    node = session.statement()
    if isinstance(node, syntax.Command) and node.word == "backward":
        [subject] = node.operands
        if isinstance(subject, syntax.Name):
            return subject.name
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
        tensors = reachable(direct_tensors(session.user_names().values()))
    session.marks.summed = False
    with session.journal.writing(gradients=tensors):
        for tensor in tensors:
            tensor.grad = 0.0


def grad_of(session: Session, value: Any, name: str) -> Any:
    """`grad name`; a gradient that nothing has computed yet is told from a real zero."""
    gradient = gradient_of(value)
    marks = session.marks
    if gradient == 0.0 and marks.made_at.get(name) == marks.sweeps:
        session.note_here(
            "MT405",
            f"grad {name} is 0 because no `backward` has run since {name} was made",
            ["run `backward` from a result that depends on it"],
        )
    return gradient


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
        with session.journal.writing(optimizer.parameters, (), [optimizer]):
            optimizer.step()
