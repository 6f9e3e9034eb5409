"""What tensors are called: names bound to them, and how they were computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.tensor import Tensor

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


MOST_PARTS = 4  # of an operation on many values


DEEPEST_FORMULA = 3  # operations within each other; below stands `...`


_INFIX = {
    "+": ("+", 1),
    "-": ("-", 1),
    "*": ("*", 2),
    "/": ("/", 2),
    "%": ("%", 2),
    "**": ("^", 3),
}  # level


def formula(node: Tensor, names: dict[int, str], digits: int, depth: int = DEEPEST_FORMULA) -> str:
    """How a node was computed, in the names of the session and in numbers: `a * b`."""
    if id(node) in names:
        return names[id(node)].partition(", ")[0]
    if not node._prev:
        return session_number(node.data, digits)
    if depth == 0:
        return "..."
    children = node._prev[:MOST_PARTS]
    parts = [formula(child, names, digits, depth - 1) for child in children]
    if node._op in _INFIX or node._op == "neg":
        sign, level = _INFIX.get(node._op, ("-", 4))
        for place, child in enumerate(children):
            _, inner = _INFIX.get(child._op, ("", 5))
            whole = id(child) in names or parts[place] == "..."
            if not whole and (inner < level or (inner == level and (place == 1 or level == 3))):
                parts[place] = f"({parts[place]})"
        return f" {sign} ".join(parts) if len(parts) > 1 else f"-{parts[0]}"
    rest = ", ..." if len(node._prev) > MOST_PARTS else ""
    return f"{node._op}({', '.join(parts)}{rest})"


def operation(node: Tensor) -> str:
    """The operation that made a node, as the language writes it: `^`, `-`, `relu`."""
    return "-" if node._op == "neg" else _INFIX.get(node._op, (node._op, 0))[0]


def session_number(number: float, digits: int) -> str:
    from minitorch_shell.results.printed import number_text

    return number_text(number, digits)


def labels(session: Session) -> dict[int, str]:
    """What the nodes are called now: the names bound to them, and elements of lists."""
    found: dict[int, list[str]] = {}
    for name, value in session.user_names().items():
        for tensor, label in _labelled(value, name, set()):
            found.setdefault(id(tensor), []).append(label)
    return {key: ", ".join(names) for key, names in found.items()}


def _labelled(value: Any, name: str, seen: set[int]) -> Iterator[tuple[Tensor, str]]:
    """The tensors of a value with their labels; a list that stands in several places only once."""
    if isinstance(value, Tensor):
        yield value, name
    elif isinstance(value, list) and id(value) not in seen:
        seen.add(id(value))
        for place, item in enumerate(value):
            yield from _labelled(item, f"{name}[{place}]", seen)
