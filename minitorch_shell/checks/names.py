"""Names before anything runs: whether each is set where it is used, and if not, what was meant.

Which names are set changes along the program; whoever walks it keeps `NameCheck.scope` up to date.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.meant import advice
from minitorch_shell.checks.findings import Findings
from minitorch_shell.checks.scope import PERHAPS, SURE, UNSET, Scope
from minitorch_shell.problems.trouble import Trouble

MOST_CANDIDATES = 100  # names to look through for each slip, once a program has shown many


class NameCheck:
    """The names that are set at the point that is being looked at.

    `strict` also notes names that are set on some paths only.
    """

    def __init__(self, findings: Findings, names: Collection[str], strict: bool) -> None:
        self.findings = findings
        self.strict = strict
        self.scope = Scope(names)
        self.locals: list[set[str]] = []  # parameters, names of comprehensions; innermost last
        self.own: list[tuple[dict[str, s.Name], Scope]] = []  # of functions around, see `function`
        self.first_bound: dict[str, s.Node] = {}  # where the source binds each name first
        self.deleted: dict[str, tuple[s.Name, Source]] = {}
        self.binding = ""  # the name whose value is being looked at
        self.anything = False  # a file may have run that binds nobody knows what

    @contextmanager
    def function(
        self, own: dict[str, s.Name], parameters: Iterable[str], known: Scope
    ) -> Iterator[None]:
        """While the block of a function is looked at: `own` are the names that it binds, where it
        does so first; none of them is set at its beginning. `known` is set around it.
        """
        self.scope = known.branch()
        for name in own:
            self.scope.drop(name)
        for name in parameters:
            self.scope.set(name)
        self.own.append((own, known))
        try:
            yield
        finally:
            self.own.pop()

    def is_own(self, name: str) -> bool:
        """Whether a function around binds the name, so that it means nothing else in there."""
        return any(name in own for own, _ in self.own)

    def bind(self, name: s.Name) -> None:
        """From here on the name is set."""
        self.scope.set(name.name)
        self.deleted.pop(name.name, None)

    def delete(self, name: s.Name) -> None:
        """From here on the name is not set any more."""
        self.scope.drop(name.name)
        self.deleted[name.name] = (name, self.findings.source)

    def is_local(self, name: str) -> bool:
        return any(name in scope for scope in self.locals)

    def is_bound(self, name: str) -> bool:
        """Whether the program has certainly given the name a value; else it may be predefined."""
        return self.is_local(name) or self.scope.state(name) == SURE

    def is_variable(self, name: str) -> bool:
        """Whether the program gives the name a value, here or elsewhere, as far as is known."""
        state = self.scope.state(name)
        bound = self.is_local(name) or state in (SURE, PERHAPS) or name in self.first_bound
        return bound or self.anything or self.is_own(name)

    def is_unknown(self, name: str) -> bool:
        """Whether the name certainly stands for nothing."""
        return not (self.is_variable(name) or name in BUILTINS)

    def check(
        self, node: s.Name, at_start: bool = False, predefined: bool = True, data: bool = False
    ) -> None:
        """Report a name that is not set; one that is `predefined` will do, where that counts.

        `data` says that a data set is wanted.
        """
        name = node.name
        if self.is_bound(name):
            return
        if self.scope.state(name) == PERHAPS:
            if self.strict:
                unsure = Trouble(
                    "MT203", f"`{name}` may have no value here", label="not set on every path",
                    help=f"give it a value first, before the `if` or the loop: `{name} = 0`",
                )  # fmt: skip
                self.findings.report(unsure, node, note=True)
            return
        own = self.is_own(name)
        if not own and (name == "_" or self.anything or (predefined and name in BUILTINS)):
            return
        self._unknown(node, at_start, data)

    def _unknown(self, node: s.Name, at_start: bool, data: bool) -> None:
        """Report a name that is not there, with what may have been meant."""
        name = node.name
        if name in self.deleted:
            gone = Trouble(
                "MT202", f"`{name}` has no value any more", label="deleted before",
                help=f"bind it again: `{name} = ...`",
            )  # fmt: skip
            self.findings.report(gone, node, elsewhere=((*self.deleted[name], "deleted here"),))
            return
        if self.is_own(name):
            self._own_too_early(node)
            return
        if name in self.first_bound:
            later = Trouble(
                "MT202", f"`{name}` is used before it is set", label="not set yet",
                related=((self.first_bound[name], "set here"),),
                help=f"move the line that binds `{name}` before this one",
            )  # fmt: skip
            self.findings.report(later, node)
            return
        many = len(self.findings.problems) > 20
        own = [other for scope in self.locals for other in sorted(scope)]
        own += self.scope.names()[: MOST_CANDIDATES if many else None]
        help, meant = advice(name, own, self.scope.names(SURE), at_start)
        if data and help.startswith("bind it first"):
            sets = ", ".join(
                row.name for row in BUILTINS.values() if row.group == "data" and row.name != "csv"
            )
            help = f'the data sets there are: {sets}; `csv("file.csv")` reads one'
        if self.binding and len(name) == 1 and help.startswith("bind it first"):
            help += f"; a function of it is written `{self.binding}({name}) = ...`"
        unknown = Trouble("MT201", f"there is no `{name}` here", label="not defined", help=help)
        self.findings.report(unknown, node, meant or None)

    def _own_too_early(self, node: s.Name) -> None:
        """Report a name that the function around binds itself, but later."""
        name = node.name
        own, known = next(pair for pair in reversed(self.own) if name in pair[0])
        help = f"move the line that binds `{name}` before this one"
        if known.state(name) != UNSET or name in BUILTINS:
            outer = "the outer one" if known.state(name) != UNSET else "the built-in one"
            help = (
                f"what a function binds is its own, {outer} is hidden: give the new value another "
                "name"
            )
            if known.state(name) != UNSET:
                help += f"; `{name} := ...` would update the outer leaf"
        early = Trouble(
            "MT202", f"`{name}` is used before it is set", label="not set yet in this function",
            related=((own[name], "set here"),) if own[name].place != node.place else (),
            help=help,
        )  # fmt: skip
        self.findings.report(early, node)
