"""The names that a program has bound."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from minitorch_shell.lowering.spelling import spelled, unspelled

_PREDEFINED = "__builtins__"  # where Python's functions look for what is no global


class Names(MutableMapping[str, Any]):
    """A dictionary of names in the order of binding.

    `table` holds them as the globals of compiled statements; their builtins are `predefined`, so a
    name of the program hides a predefined one until it is deleted.
    """

    def __init__(self, predefined: dict[str, Any]) -> None:
        self.table: dict[str, Any] = {_PREDEFINED: predefined}

    def beside(self, predefined: dict[str, Any]) -> dict[str, Any]:
        """A copy of the table over other predefined names."""
        return {**self.table, _PREDEFINED: predefined}

    def copy(self) -> dict[str, Any]:
        """The names with their values, as a dictionary of its own."""
        return {unspelled(name): v for name, v in self.table.items() if name != _PREDEFINED}

    def __getitem__(self, name: str) -> Any:
        return self.table[spelled(name)]

    def __setitem__(self, name: str, value: Any) -> None:
        self.table[spelled(name)] = value

    def __delitem__(self, name: str) -> None:
        del self.table[spelled(name)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and spelled(name) in self.table

    def __iter__(self) -> Iterator[str]:
        return (unspelled(name) for name in self.table if name != _PREDEFINED)

    def __len__(self) -> int:
        return len(self.table) - 1
