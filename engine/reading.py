"""Reading JSON that may be wrong: every value knows its place in the file.

`Place(value, "model.layers[2]")` has one method for each kind of value one may expect there, and
each raises a `CheckpointError` that names the place where the file has something else.
"""

from collections.abc import Sequence
from math import inf
from typing import Any

NOT_FINITE = {"nan": float("nan"), "inf": inf, "-inf": -inf}
MISSING = object()


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the message says what is wrong and where."""


class Place:
    """A value of a JSON file and the path that leads to it."""

    def __init__(self, value: Any, name: str) -> None:
        self.value = value
        self.name = name

    def _wrong(self, expected: str) -> CheckpointError:
        found = repr(self.value)
        found = found if len(found) <= 40 else found[:37] + "..."
        return CheckpointError(f"{self.name or 'the file'} should be {expected}, not {found}")

    def mapping(self) -> dict[str, "Place"]:
        if not isinstance(self.value, dict):
            raise self._wrong("an object")
        prefix = f"{self.name}." if self.name else ""
        return {key: Place(value, prefix + key) for key, value in self.value.items()}

    def entry(self, key: str, otherwise: Any = MISSING) -> Any:
        """The entry called `key`; `otherwise` where there is none, or an error without it."""
        entries = self.mapping()
        if key not in entries and otherwise is MISSING:
            raise CheckpointError(f"{self.name or 'the file'} lacks {key!r}")
        return entries.get(key, otherwise)

    def entries(self, count: int | None = None) -> list["Place"]:
        """The elements of a list, of which there must be `count`."""
        if not isinstance(self.value, list):
            raise self._wrong("a list")
        if count is not None and len(self.value) != count:
            raise CheckpointError(f"{self.name} has {len(self.value)} entries, {count} are needed")
        return [Place(value, f"{self.name}[{i}]") for i, value in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self._wrong("a text")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self._wrong("true or false")
        return self.value

    def whole(self, least: int, most: float = inf) -> int:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            limits = f"from {least} to {most:g}" if most < inf else f"of at least {least}"
            raise self._wrong(f"a whole number {limits}")
        return value

    def number(self, least: float = -inf, most: float = inf) -> float:
        value = NOT_FINITE.get(self.value) if isinstance(self.value, str) else self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong("a number")
        try:
            number = float(value)
        except OverflowError:
            raise self._wrong("a number that fits into 64 bits") from None
        if number < least or number > most:
            raise self._wrong(f"a number from {least:g} to {most:g}")
        return number

    def numbers(self, count: int) -> list[float]:
        return [entry.number() for entry in self.entries(count)]

    def optional_numbers(self, count: int) -> Sequence[float | None]:
        """Numbers, each of which may be missing, as may all."""
        if self.value is None:
            return [None] * count
        return [None if entry.value is None else entry.number() for entry in self.entries(count)]
