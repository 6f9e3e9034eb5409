"""How names came to their values, as the statements that ran say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.session.aside import definition_of
from minitorch_shell.values.function import Function

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session

MOST_STEPS = 10_000  # along names and calls, until nothing is said

# What gives a plain number, which no graph leads out of.
CUTS = ("round", "floor", "ceil", "binary_round", "value")


def statements(session: Session) -> Iterator[tuple[Source, s.Node]]:
    """All statements that ran, the latest first."""
    for unit in reversed(session.units.values()):
        yield unit.source, unit.nodes[0]


def latest_value(session: Session, name: str) -> s.Expression | None:
    """What stands behind `name =` in the statement that bound it last, as far as that is told."""
    for _, statement in statements(session):
        for node in reversed(list(s.walk_shared(statement))):
            if isinstance(node, s.Bind) and any(
                target.name == name for target in s.names_in(node.targets)
            ):
                return node.value
            if isinstance(node, s.BindElement) and node.name.name == name:
                return None
            if isinstance(node, s.Augment) and node.target.name == name:
                return None  # it is made of the value before as well
    return None


def cut_between(session: Session, result: s.Expression, name: str) -> str:
    """The function that cuts every way in the text from `name` to `result`, "" where none does.

    Names are followed to what they were bound to last, and calls of the program's functions to
    their bodies.
    """
    cuts = _Ways(session, name).cuts(result, {}, "", frozenset())
    return cuts[0] if cuts and all(cuts) else ""


class _Ways:
    """Walks from an expression back to a name."""

    def __init__(self, session: Session, name: str) -> None:
        self.session = session
        self.name = name
        self.steps = 0

    def cuts(
        self,
        node: s.Node,
        local: dict[str, list[str]],
        cut: str,
        inside: frozenset[str],
    ) -> list[str]:
        """For each way to the name what cuts it, "" for nothing.

        `local` has the same for the parameters around; `cut` is what stands around the node, and
        `inside` holds the names and functions that are being followed.
        """
        self.steps += 1
        if self.steps > MOST_STEPS:
            return [""]
        if isinstance(node, s.Name):
            return self._name(node.name, local, cut, inside)
        if isinstance(node, s.Grad):
            return self._below(node, local, cut or "grad", inside)
        if isinstance(node, s.Call) and isinstance(node.function, s.Name):
            called = node.function.name
            if called in CUTS and called not in self.session.names:
                return self._below(node, local, cut or called, inside)
            function = self.session.names.get(called)
            if isinstance(function, Function) and called not in inside:
                return self._call(node, function, local, cut, inside)
        return self._below(node, local, cut, inside)

    def _below(
        self, node: s.Node, local: dict[str, list[str]], cut: str, inside: frozenset[str]
    ) -> list[str]:
        return [way for child in s.children(node) for way in self.cuts(child, local, cut, inside)]

    def _name(
        self, name: str, local: dict[str, list[str]], cut: str, inside: frozenset[str]
    ) -> list[str]:
        if name in local:
            return [cut or way for way in local[name]]
        if name == self.name:
            return [cut]
        value = None if name in inside else latest_value(self.session, name)
        return [] if value is None else self.cuts(value, {}, cut, inside | {name})

    def _call(
        self,
        node: s.Call,
        function: Function,
        local: dict[str, list[str]],
        cut: str,
        inside: frozenset[str],
    ) -> list[str]:
        given = [self.cuts(argument, local, cut, inside) for argument in node.arguments]
        parameters = dict(zip(function.parameters, given, strict=False))
        define = definition_of(function.definition)
        if isinstance(define.body, s.Block):
            return [""]  # of a block nobody knows which way it takes
        inside |= {function.name}
        for bind in define.where:
            ways = self.cuts(bind.value, parameters, "", inside)
            parameters.update((target.name, ways) for target in s.names_in(bind.targets))
        return self.cuts(define.body, parameters, cut, inside)
