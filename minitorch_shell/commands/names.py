"""Binding names and updating leaves: `=`, `f(x) = ...`, `:=`, `del`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.tensor import Tensor
from grammar import syntax
from minitorch_shell.library.operations import Shape, unpack
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.session.session import Session
from minitorch_shell.session.tracing import under_way
from minitorch_shell.values import leaves
from minitorch_shell.values.function import Function
from minitorch_shell.values.layers import PLANS
from minitorch_shell.values.network import Network
from minitorch_shell.values.vector import DataRow


def bind_all(session: Session, value: Any, shape: Shape) -> list[Any]:
    """The values for `a, b = value`; rows of data make no leaves."""
    items = unpack(value, shape)
    return items if isinstance(value, DataRow) else _leaves(items, shape)


def _leaves(items: list[Any], shape: Shape) -> list[Any]:
    return [
        leaves.leaf(item) if inner is None else _leaves(item, inner)
        for item, inner in zip(items, shape, strict=True)
    ]


def rebind(session: Session, name: str, old: Any, value: Any) -> Any:
    """`w = ... w ...`: worth a note where a leaf is lost that way."""
    made_at = session.marks.made_at
    was_leaf = isinstance(old, Tensor) and not old._prev and name in made_at
    if was_leaf and isinstance(value, Tensor) and value._prev:
        session.note_here(
            "MT403",
            f"`{name}` is no longer a leaf: it is now computed from the old `{name}`",
            [f"to update it in place write `{name} := ...`"],
        )
        made_at.pop(name, None)
    return leaves.leaf(value)


def hides(session: Session, name: str) -> None:
    """A predefined name was bound: told once."""
    hidden = session.marks.hidden
    if name not in hidden:
        hidden.add(name)
        session.note_here(
            "MT207",
            f"{name} now hides the built-in {_kind_word(name)}",
            [f"`del {name}` brings it back"],
        )


def _kind_word(name: str) -> str:
    """What to call a predefined name."""
    from minitorch_shell.catalogue.builtins import BUILTINS

    return {"data": "data set", "loss": "function"}.get(BUILTINS[name].group, BUILTINS[name].group)


def layers_in_list(session: Session, name: str) -> None:
    """`net = [linear(2,3), relu]`: told where it can be nothing but a network that was meant.

    A list of layers alone may be wanted: to choose from, or to go through.
    """
    from minitorch_shell.diagnosis.training_help import list_of_layers

    value = session.names[name]
    weights = [isinstance(part, Network) and bool(part.parameters()) for part in value]
    layers = all(isinstance(p, Network) or getattr(p, "__name__", "") in PLANS for p in value)
    if layers and any(weights) and not all(weights):
        session.note_here(
            "MT503",
            f"`{name}` is a list of layers, not a network",
            [list_of_layers(value).replace("`net = ", f"`{name} = ")],
        )


def made(session: Session, name: str) -> None:
    """A name was bound at the top level: when that was, counted in sweeps, and to which leaf."""
    value = session.names[name]
    session.marks.made(name, value)
    if isinstance(value, Tensor) and value.data != value.data:  # nan: an inf may be wanted
        from minitorch_shell.diagnosis.not_finite import note_not_finite

        note_not_finite(session, value, name)


def function(
    session: Session,
    name: str,
    parameters: tuple[str, ...],
    code: Callable[..., Any],
    definition: str,
) -> Function:
    """`f(x) = body`"""
    return Function(name, parameters, code, definition, session.marks.calls)


def delete(session: Session, node_number: int, *names: str) -> None:
    """`del x, y`"""
    node = session.node(node_number)
    assert isinstance(node, syntax.Command)
    for name, operand in zip(names, node.operands, strict=True):
        if name not in session.names:
            raise Trouble(
                "MT202",
                f"`{name}` has no value that could be deleted",
                node=operand,
                help="`vars` lists the names that have one",
            )
        del session.names[name]
        session.marks.made_at.pop(name, None)
        session.marks.hidden.discard(name)


def _element_anew(session: Session, target: Any) -> str:
    """The help for `words[0] := "x"`: the list is made anew; "" for anything else."""
    here = under_way(session.units)
    node = here[1] if here is not None else None
    if not isinstance(node, syntax.Update) or not isinstance(node.target, syntax.Index):
        return ""
    base, at = node.target.base, node.target.index
    if not isinstance(target, str | bool) or not isinstance(base, syntax.Name) or here is None:
        return ""
    source = here[0].source
    name, place, value = base.name, source.slice(at.place), source.slice(node.value.place)
    if isinstance(at, syntax.Unary):
        place = f"len({name}) - {place.lstrip('- ')}"
    elif not isinstance(at, syntax.Name | syntax.Number):
        return ""
    used = {part.name for part in syntax.walk(node) if isinstance(part, syntax.Name)}
    k = next((free for free in ("k", "i", "j", "n") if free not in used), "place")
    made = f"[{value} if {k} == {place} else {name}[{k}] for {k} in range(len({name}))]"
    return f"make a new list: `{name} = {made}`"


def update(session: Session, target: Any, value: Any) -> None:
    """`target := value`: store numbers in leaves, outside the graph."""
    session.marks.leaves_changed = True
    journal = session.journal
    if isinstance(target, Tensor) and not target._prev:  # as nearly always, in a loop
        number = leaves.plain_value(value)
        session.marks.used.add(target)
        if journal.open is not None:
            journal.open.value(target)
        target.data = number
        return
    try:
        changes = leaves.updates(target, value)
    except Trouble as trouble:
        trouble.help = _element_anew(session, target) or trouble.help
        raise
    session.marks.used.update(leaf for leaf, _ in changes)
    with journal.writing([leaf for leaf, _ in changes]):
        for leaf, number in changes:
            leaf.data = number
