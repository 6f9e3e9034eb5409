"""Where a nan or an inf came from: the operation that made it of finite numbers, in the source.

The graph knows the operation and its numbers, the syntax tree the places. They are brought
together only when something has gone wrong: no node carries a place, nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite, isinf
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.graph import topological_order
from engine.tensor import Tensor
from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.results.records import Problem
from minitorch_shell.values.function import Function

if TYPE_CHECKING:
    from minitorch_shell.session import Session

_SIGNS = ("+", "-", "*", "/", "^", "@")
_PURE_PARTS = s.Number | s.Name | s.Unary | s.Binary | s.Index | s.ListOf | s.Grad
_IN_LOSSES = ("bce", "cross_entropy", "mse", "hinge", "softmax")

_ADVICE = {
    "log": "`log` takes numbers above 0; where 0 can come, add a little: `log(x + 1e-6)`",
    "sqrt": "`sqrt` takes numbers from 0 on; look at what goes in with `print`",
    "/": "keep the divisor away from 0, or leave the division out with `... if b != 0 else 0`",
    "^": "a negative number takes whole exponents only; where values grow without end, "
    "the learning rate is often too large",
    "*": "the largest number is about 1.8e308; where values grow without end, the learning rate is "
    "often too large",
    "exp": "`exp` of more than 709 is beyond the largest number: keep its argument small",
}


class Origin(NamedTuple):
    """What made the value (`log(-0.2)`), by which operation, and where if that is known."""

    text: str
    made: str  # nan, inf or -inf
    operation: str
    source: Source | None = None
    node: s.Node | None = None


def note_not_finite(session: Session, value: Any, called: str) -> None:
    """Tell where `value`, which is not finite, was made; once for each top-level statement.

    A nan spoils everything, so it is told for each value that is one. An inf can be wanted: what
    made it is told once.
    """
    unit = session.current
    blamed = session.statements.blamed
    if unit is None or id(unit) in blamed:
        return
    blamed.add(id(unit))
    origin = origin_of(session, value)
    if origin is None or _told_before(session, value, origin):
        return
    from minitorch_shell.problems.placing import place

    number = shown(value)
    at = place(origin.source, origin.node.place) if origin.source and origin.node else None
    if at is None:
        at = place(unit.source, unit.nodes[0].place)
        message, label = f"{called} is {number}, because of {origin.text}", ""
    else:
        message, label = f"{called} became {number} here: {origin.text}", f"makes {origin.made}"
    advice = _ADVICE.get(origin.operation, "look at the numbers that go in with `print`")
    session.receive(Problem("note", "MT317", message, at, label, help=(advice,)))


def _told_before(session: Session, value: Any, origin: Origin) -> bool:
    """Whether this nan, or an inf of this origin, was told of; remembers this one."""
    key: tuple[Any, ...] = (id(origin.source), origin.node and origin.node.place, origin.text)
    if not isinf(number_of(value) or 0.0):
        key += (id(value),)
    told = session.statements.overflows
    if key in told:
        return True
    told.add(key)
    return False


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
        for source, statement in _statements(session):
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


def _statements(session: Session) -> Iterator[tuple[Source, s.Node]]:
    """All statements that ran, the latest first."""
    for unit in reversed(session.units.values()):
        yield unit.source, unit.nodes[0]


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
        for source, statement in _statements(session)
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
    return [number_of(evaluated(session, source, part)) for part in _operand_nodes(node)]


# ---------------------------------------------------------------- from the source


def _writes(session: Session, statement: s.Node, leaf: Tensor) -> bool:
    """Whether the statement gave `leaf` its value."""
    if isinstance(statement, s.Bind):
        names = [target.name for target in statement.targets]
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
        if not isinstance(node, s.Binary | s.Unary | s.Call) or not _pure(session, node):
            continue
        number = number_of(evaluated(session, source, node))
        if number is None or isfinite(number):
            continue
        operands = [evaluated(session, source, part) for part in _operand_nodes(node)]
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


def _pure(session: Session, node: s.Node, inside: frozenset[str] = frozenset()) -> bool:
    """Whether to compute it once more changes nothing: no random numbers, no files.

    `inside` are the functions of the program whose bodies are being looked at; a recursion is not
    run again.
    """
    for part in s.walk(node):
        if isinstance(part, s.Call):
            if not isinstance(part.function, s.Name):
                return False
            name = part.function.name
            if name not in session.names:
                if name not in BUILTINS or not BUILTINS[name].pure:
                    return False
                continue
            body = None if name in inside else _body(session, name)
            if body is None or not _pure(session, body, inside | {name}):
                return False
        elif not isinstance(part, _PURE_PARTS):
            return False
    return True


def _body(session: Session, name: str) -> s.Expression | None:
    """The body of a function of the program."""
    if not isinstance(session.names[name], Function):
        return None
    for _, statement in _statements(session):
        if isinstance(statement, s.Define) and statement.name.name == name:
            return statement.body
    return None


def evaluated(session: Session, source: Source, node: s.Expression) -> Any:
    """The value of a pure expression now; None where it has none."""
    if not _pure(session, node):
        return None
    from minitorch_shell.lowering.statements import lower

    values: list[Any] = []
    try:
        unit = lower(s.ExpressionStatement(node.place, node), source, "<once more>")
        for name in unit.builtins:
            session.builtin(name)
        quiet = {"$emit": values.append, "$grad_of": lambda value, name: getattr(value, "grad", 0)}
        names = {**session.names, "__builtins__": {**session.predefined, **quiet}}
        exec(unit.code or "", names)
        names["$statement"]()
    except Exception:  # a parameter, a name bound anew: then there is nothing to compare
        return None
    return values[0] if values else None
