"""What a trace depended on beside numbers in parameters, as something to compare."""

from operator import is_
from typing import Any

PLAIN = (type(None), bool, int, float, complex, str, bytes, type(...))  # what never changes


class Marks:
    """A list of what was met, in order: equal to another one while nothing has changed."""

    def __init__(self) -> None:
        self.found: list[object] = []
        self.kept: list[object] = []  # an id stays that of a thing as long as it lives
        self.holders: list[tuple[Any, tuple[object, ...], list[object]]] = []
        self.modules: list[tuple[object, type]] = []

    def append(self, mark: object) -> None:
        self.found.append(mark)

    def identity(self, thing: object) -> None:
        """It is this very thing."""
        self.found.append(id(thing))
        self.kept.append(thing)

    def holds(self, holder: list[Any] | dict[Any, Any]) -> None:
        """It holds what it holds now; everything in it is met, too."""
        if isinstance(holder, dict):
            self.holders.append((holder, tuple(holder), list(holder.values())))
        else:
            self.holders.append((holder, (), list(holder)))

    def undisturbed(self) -> bool:
        """Whether everything that holds something holds the very same: quick, and sure if True."""
        for holder, keys, values in self.holders:
            now = holder
            if isinstance(holder, dict):
                if tuple(holder) != keys:
                    return False
                now = holder.values()
            if len(holder) != len(values) or not all(map(is_, now, values)):
                return False
        return all(type(module) is kind for module, kind in self.modules)

    def plain(self, value: object) -> None:
        """It is a number, text or the like: 0.0 is not -0.0, and nan is nan."""
        self.found.append((type(value), repr(value)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marks) and self.found == other.found

    __hash__ = None  # type: ignore[assignment]


def is_engines(thing: Any) -> bool:
    """Whether a function or class is a part of the engine."""
    return f"{getattr(thing, '__module__', '')}.".startswith("engine.")
