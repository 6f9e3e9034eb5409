"""Which names are set at a point of a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grammar import syntax as s


class Scope:
    """Which names are set: surely, or on some path only."""

    def __init__(self, sure: Iterable[str] = (), perhaps: Iterable[str] = ()) -> None:
        self.sure = set(sure)
        self.perhaps = set(perhaps)

    def copy(self) -> Scope:
        return Scope(self.sure, self.perhaps)

    def set(self, name: str) -> None:
        self.sure.add(name)

    def drop(self, name: str) -> None:
        self.sure.discard(name)
        self.perhaps.discard(name)

    def merge(self, *branches: Scope) -> None:
        """After alternatives: sure is what all of them set, perhaps what any of them did."""
        union = set().union(*(branch.sure | branch.perhaps for branch in branches))
        self.sure = set.intersection(*(branch.sure for branch in branches))
        self.perhaps = union - self.sure


def bound_names(node: s.Node) -> Iterator[s.Name]:
    """The names that a node itself binds in the session."""
    if isinstance(node, s.Bind | s.For):
        yield from node.targets
    elif isinstance(node, s.Define):
        yield node.name
