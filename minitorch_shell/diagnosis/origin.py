"""Where a nan or an inf came from: the operation that made it of finite numbers, in the source.

The graph knows the operation and its numbers, the syntax tree the places. They are brought
together only when something has gone wrong: no node carries a place, nothing is recorded.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.graph import topological_order
from engine.tensor import Tensor
from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.diagnosis.definitions import statements
from minitorch_shell.session.aside import Purity, evaluated

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session

_SIGNS = ("+", "-", "*", "/", "%", "^", "@")
_IN_LOSSES = ("bce", "cross_entropy", "mse", "hinge", "softmax")


class Origin(NamedTuple):
    """What made the value (`log(-0.2)`), by which operation, and where if that is known."""

    text: str
    made: str  # nan, inf or -inf
    operation: str
    source: Source | None = None
    node: s.Node | None = None


def number_of(value: Any) -> float | None:
    """The number of a tensor or a plain number, else None."""
    if isinstance(value, Tensor):
        return value.data
    if isinstance(value, float | int) and not isinstance(value, bool):
        return float(value)
    return None


def shown(value: Any) -> str:
    from minitorch_shell.results.printed import number_text

    number = number_of(value)
    if number is None:
        return "[...]" if isinstance(value, list) else "..."
    return number_text(number)


def origin_of(session: Session, value: Any) -> Origin | None:
    """The origin of a value that is not finite; None where it came in as it is."""
    if isinstance(value, Tensor):
        node = next(
            (n for n in topological_order(value) if not isfinite(n.data) and _fine(n)), None
        )
        if node is None:
            return None
        if node._prev:
            return _of_node(session, node)
        for source, statement in statements(session):
            if _writes(session, statement, node):
                return _within(session, source, statement)
        return None
    unit = session.current
    if unit is None:
        return None
    made_here = _within(session, unit.source, unit.nodes[0])
    if made_here is not None:
        return made_here
    for name in s.walk(unit.nodes[0]):  # `value(x)`: where x is from
        bound = session.names.get(name.name) if isinstance(name, s.Name) else None
        if isinstance(bound, Tensor) and not isfinite(bound.data):
            return origin_of(session, bound)
    return None


def _fine(node: Tensor) -> bool:
    return all(isfinite(child.data) for child in node._prev)


# ---------------------------------------------------------------- from the graph


def _of_node(session: Session, tensor: Tensor) -> Origin:
    operation = {"**": "^", "neg": "-"}.get(tensor._op, tensor._op)
    numbers = [shown(child) for child in tensor._prev]
    if operation == "dot":
        text = "a weighted sum"
    elif operation in _SIGNS and len(numbers) == 2:
        text = f"{numbers[0]} {operation} {numbers[1]}"
    elif operation in _SIGNS:
        text = f"{operation}{numbers[0]}"
    else:
        text = f"{operation}({', '.join(numbers)})"
    found = {
        (id(source), node.place): (source, node)
        for source, statement in statements(session)
        for node in s.walk(statement)
        if _could_make(node, operation)
    }
    places = list(found.values())
    if len(places) > 1:
        wanted = [child.data for child in tensor._prev]
        places = [
            (source, node) for source, node in places if _operands(session, source, node) == wanted
        ]
    source, node = places[0] if places else (None, None)
    return Origin(text, shown(tensor), operation, source, node)


def _could_make(node: s.Node, operation: str) -> bool:
    """Whether a piece of a program computes this operation."""
    if isinstance(node, s.Binary):
        return node.operator == operation
    if isinstance(node, s.Augment):
        return node.operator == operation
    if isinstance(node, s.Unary):
        return operation == "-" and node.operator == "-"
    if not isinstance(node, s.Call) or not isinstance(node.function, s.Name):
        return False
    name = node.function.name
    if operation == "dot":
        return name == "dot" or name not in BUILTINS
    makers = {"+": ("sum", "mean"), "/": ("mean",)}.get(operation, (operation, *_IN_LOSSES))
    return name in makers and bool(node.arguments)


def _operand_nodes(node: s.Node) -> list[s.Expression]:
    if isinstance(node, s.Binary):
        return [node.left, node.right]
    if isinstance(node, s.Unary):
        return [node.operand]
    return list(node.arguments) if isinstance(node, s.Call) else []


def _operands(session: Session, source: Source, node: s.Node) -> list[float | None]:
    """The numbers of the operands, as far as they can be computed once more."""
    return [number_of(_again(session, source, part)) for part in _operand_nodes(node)]


# ---------------------------------------------------------------- from the source


def _writes(session: Session, statement: s.Node, leaf: Tensor) -> bool:
    """Whether the statement gave `leaf` its value."""
    if isinstance(statement, s.Bind):
        names = [target.name for target in s.names_in(statement.targets)]
    elif isinstance(statement, s.BindElement):
        names = [statement.name.name]
    elif isinstance(statement, s.Update) and isinstance(statement.target, s.Name):
        names = [statement.target.name]
    else:
        return False
    values = [session.names.get(name) for name in names]
    return any(
        value is leaf or (isinstance(value, list) and any(item is leaf for item in value))
        for value in values
    )


def _within(session: Session, source: Source, statement: s.Node) -> Origin | None:
    """The innermost expression of a statement that is not finite though its operands are."""
    for node in reversed(list(s.walk(statement))):
        if not isinstance(node, s.Binary | s.Unary | s.Call) or not Purity(
            session, deadline=False
        ).holds(node):
            continue
        number = number_of(_again(session, source, node))
        if number is None or isfinite(number):
            continue
        operands = [_again(session, source, part) for part in _operand_nodes(node)]
        if not all(map(_is_finite, operands)):
            continue
        made = shown(number)
        parts = [shown(operand) for operand in operands]
        if isinstance(node, s.Binary):
            text = f"{parts[0]} {node.operator} {parts[1]}"
            return Origin(text, made, node.operator, source, node)
        if isinstance(node, s.Call) and isinstance(node.function, s.Name):
            name = node.function.name
            return Origin(f"{name}({', '.join(parts)})", made, name, source, node)
    return None


def _is_finite(value: Any) -> bool:
    """Whether a number, and each number of a list, is finite."""
    if isinstance(value, list):
        return all(map(_is_finite, value))
    number = number_of(value)
    return number is None or isfinite(number)


def _again(session: Session, source: Source, node: s.Expression) -> Any:
    """The value of an expression now; None where that cannot be known or takes long."""
    if not Purity(session, deadline=False).holds(node):
        return None
    try:
        return evaluated(session, source, node)
    except Exception:  # a parameter, a name bound anew: then there is nothing to compare
        return None
