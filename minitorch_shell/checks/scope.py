"""Which names are set at a point of a program."""

from __future__ import annotations

from collections.abc import Collection, Iterable

UNSET, PERHAPS, SURE = 0, 1, 2


class Scope:
    """Which names are set: surely, or on some path only.

    A branch of a program (`branch`) notes only what it changes, so that long programs with many
    branches stay quick; `merge` brings the ends of alternatives together.
    """

    def __init__(
        self, sure: Collection[str] = (), outer: Scope | None = None, lenient: bool = False
    ) -> None:
        self.sure = sure  # set when the program began; not copied, there may be thousands
        self.states: dict[str, int] = {}
        self.outer = outer
        self.lenient = lenient  # what is perhaps set counts as set

    def state(self, name: str) -> int:
        """UNSET, PERHAPS or SURE."""
        scope: Scope | None = self
        lenient = False
        while scope is not None:
            lenient = lenient or scope.lenient
            if name in scope.states:
                state = scope.states[name]
                return SURE if lenient and state == PERHAPS else state
            if name in scope.sure:
                return SURE
            scope = scope.outer
        return UNSET

    def set(self, name: str) -> None:
        self.states[name] = SURE

    def perhaps(self, names: Iterable[str]) -> None:
        """These names may be set from here on."""
        for name in names:
            self.states[name] = max(self.state(name), PERHAPS)

    def drop(self, name: str) -> None:
        self.states[name] = UNSET

    def names(self, least: int = PERHAPS) -> list[str]:
        """The names that are set, surely with `least=SURE`; sorted."""
        known: set[str] = set()
        scope: Scope | None = self
        while scope is not None:
            known.update(scope.states, scope.sure)
            scope = scope.outer
        return sorted(name for name in known if self.state(name) >= least)

    def branch(self) -> Scope:
        """The scope of one alternative that begins here."""
        return Scope(outer=self)

    def later(self) -> Scope:
        """The scope of what runs at any time after this point: all that may be set is set."""
        return Scope(outer=self, lenient=True)

    def merge(self, *branches: Scope) -> None:
        """After alternatives: sure is what all of them set, perhaps what any of them did."""
        for name in {name for branch in branches for name in branch.states}:
            states = {branch.state(name) for branch in branches}
            self.states[name] = states.pop() if len(states) == 1 else PERHAPS
