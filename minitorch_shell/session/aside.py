"""Expressions computed once more, beside the program: what for sure changes nothing.

The look ahead of the shell and the search for the origin of a nan ask here. They work on a copy of
the names, so nothing has to be taken back. What does change something is run inside
`Session.aside`, which takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from engine.tensor import Tensor
from grammar import syntax
from grammar.parser import parse
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.lowering.statements import lower
from minitorch_shell.results.records import Result
from minitorch_shell.session.session import Session
from minitorch_shell.values.function import Function
from minitorch_shell.values.network import Network

LARGEST_RANGE = 1_000  # of a list that is made in one go, which no deadline can stop
LARGEST_NETWORK = 1_000  # parameters

_ONCE = (
    syntax.Number, syntax.Boolean, syntax.Name, syntax.ListOf, syntax.Call, syntax.Index,
    syntax.Slice, syntax.Unary, syntax.Binary, syntax.Compare, syntax.Logic, syntax.Not,
    syntax.Choice, syntax.Grad, syntax.Derivative,
)  # fmt: skip
_PLAIN = (Tensor, bool, int, float, str, list)
_MANY_TIMES = (syntax.ForClause, syntax.IfClause, syntax.Comprehension)


class Purity:
    """Whether to compute an expression changes nothing: no random number, no file, no binding.

    Without `deadline` nothing counts as pure that may take long: what goes through lists, calls
    itself or runs a network.
    """

    def __init__(self, session: Session, *, deadline: bool) -> None:
        self.session = session
        self.deadline = deadline
        self.kinds = (*_ONCE, *_MANY_TIMES) if deadline else _ONCE

    def holds(
        self,
        node: syntax.Node,
        local: frozenset[str] = frozenset(),
        inside: frozenset[str] = frozenset(),
    ) -> bool:
        """`local` are the parameters around the node, `inside` the functions being looked at."""
        parts = list(syntax.walk(node))
        called = set()
        for part in parts:
            if not isinstance(part, self.kinds):
                return False
            if isinstance(part, syntax.ForClause):
                local = local.union([name.name for name in syntax.names_in(part.targets)])
            elif isinstance(part, syntax.Call):
                if isinstance(part.function, syntax.Name):
                    called.add(id(part.function))
                if not _short_range(part):
                    return False
            elif isinstance(part, syntax.Derivative):
                called.add(id(part.function))
        return all(
            self._name(part.name, id(part) in called, inside)
            for part in parts
            if isinstance(part, syntax.Name) and part.name not in local
        )

    def _name(self, name: str, called: bool, inside: frozenset[str]) -> bool:
        names = self.session.names
        if name == "_" and name not in names:
            return all(isinstance(value, _PLAIN) for value in self.session.marks.shown)
        if name not in names:
            builtin = BUILTINS.get(name)
            return builtin is not None and (
                builtin.group == "constant" or (called and builtin.pure)
            )
        value = names[name]
        if isinstance(value, Function):
            if name in inside:
                return self.deadline
            define = definition_of(value.definition)
            own = frozenset([*value.parameters, *syntax.own_names(define)])
            parts = [*(bind.value for bind in define.where), define.body]
            return all(self.holds(part, own, inside | {name}) for part in parts)
        if isinstance(value, Network):
            small = len(value.parameters()) <= LARGEST_NETWORK
            dropout = any(type(layer).__name__ == "Dropout" for layer in value.module)
            return self.deadline and small and not dropout
        return isinstance(value, _PLAIN)


@lru_cache(maxsize=256)
def definition_of(definition: str) -> syntax.Define:
    """The definition of a function of the program; wherever it was made, it knows its text."""
    statement = parse(Source("<definition>", definition)).statements[0]
    assert isinstance(statement, syntax.Define)
    return statement


def _short_range(call: syntax.Call) -> bool:
    if not isinstance(call.function, syntax.Name) or call.function.name != "range":
        return True
    return all(
        isinstance(part, syntax.Number) and part.value <= LARGEST_RANGE for part in call.arguments
    )


def evaluated(
    session: Session,
    source: Source,
    node: syntax.Expression,
    told: Callable[[Result], None] = lambda result: None,
) -> Any:
    """The value of a pure expression now; raises whatever its evaluation raises.

    Notes that it gives rise to go to `told` alone.
    """
    unit = lower(syntax.ExpressionStatement(node.place, node), source, "<once more>")
    for name in unit.builtins:
        session.needed(name)
    values: list[Any] = []
    predefined = {**session.predefined, "$emit": values.append}
    names = session.names.beside(predefined)
    marks, calls = session.marks, session.marks.calls
    before = session.receive, session.current, calls.depth
    marked = marks.explained, marks.used, marks.doubled
    session.receive, session.current = told, unit
    marks.explained, marks.used = set(marks.explained), set(marks.used)
    try:
        assert unit.code is not None
        exec(unit.code, names)
        names["$statement"]()
    finally:
        session.receive, session.current, calls.depth = before
        marks.explained, marks.used, marks.doubled = marked
    return values[0]
