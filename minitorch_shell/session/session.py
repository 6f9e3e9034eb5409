"""A session: what lasts from one statement to the next, and what belongs to its state.

A session knows no terminal and runs nothing. Results and notes go, as data, to the receiver it was
given; what a predefined name stands for is told by `load`, which the interpreter sets.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from random import Random
from types import FrameType
from typing import Any
from weakref import WeakSet

from engine.module import Module
from engine.optim import Optimizer
from engine.randomness import DEFAULT_SEED, default_stream
from grammar import syntax
from minitorch_shell.files.access import Access, folder_of, path_to_read
from minitorch_shell.lowering.spelling import HELPER, MARK, spelled, unspelled
from minitorch_shell.lowering.unit import Unit
from minitorch_shell.problems.placing import place
from minitorch_shell.results.records import Place, Problem, Result
from minitorch_shell.session.journal import Journal
from minitorch_shell.session.marks import Marks
from minitorch_shell.session.names import Names
from minitorch_shell.session.opening import Opening
from minitorch_shell.session.settings import Settings
from minitorch_shell.session.tracing import under_way
from minitorch_shell.values.data import sources
from minitorch_shell.values.function import Function

Receive = Callable[[Result], None]

STOPPED = (
    HELPER + "stopped"
)  # among the predefined names; the code of loops looks at it in each round


def _nothing(name: str) -> Any:
    """What is predefined before an interpreter says it."""
    raise KeyError(name)


class Session:
    """Names, random numbers, settings, marks, and the journal of what was done to them."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.settings = Settings()
        self.access = Access()
        self.seed = DEFAULT_SEED
        self.random = Random(self.seed)
        self.data_sources = sources(self)
        self.optimizers: dict[Module, Optimizer] = {}  # of the last `train` of each network
        self.trained_on: dict[Module, str] = {}  # the name of its data
        self.trained_by: dict[Module, str | Function] = {}  # its loss
        self.marks = Marks()
        self.journal = Journal(self)
        self.load: Callable[[str], Any] = _nothing
        self.predefined: dict[str, Any] = {STOPPED: False}
        self.names = Names(self.predefined)
        self.units: dict[str, Unit] = {}
        self.current: Unit | None = None
        self._streams_beside: WeakSet[Random] = WeakSet()

    # ------------------------------------------------------------ names

    def user_names(self) -> dict[str, Any]:
        """What the program has bound, in the order of binding."""
        return self.names.copy()

    def lookup(self, name: str) -> Any:
        """The value of a name, bound or predefined; KeyError where there is none."""
        return self.names[name] if name in self.names else self.builtin(name)

    def builtin(self, name: str) -> Any:
        """What a predefined name stands for; KeyError where there is none."""
        return self.needed(spelled(name))

    def needed(self, identifier: str) -> Any:
        """What compiled code calls by an identifier: a predefined name, or a helper."""
        if identifier not in self.predefined:
            self.predefined[identifier] = self.load(unspelled(identifier))
        return self.predefined[identifier]

    def unit(self) -> Unit:
        """The compiled code that is being executed: that of the function under way, if there is
        one, else of the statement.
        """
        frame: FrameType | None = sys._getframe(1)
        current = self.current
        own = current.code.co_filename if current is not None and current.code is not None else ""
        while frame is not None:
            name = frame.f_code.co_filename
            if name == own:
                break
            if name in self.units:
                return self.units[name]
            frame = frame.f_back
        assert current is not None
        return current

    def node(self, number: int) -> syntax.Node:
        """The node that the code being executed knows by a number; see `Unit.nodes`."""
        return self.unit().nodes[number]

    def local_values(self) -> list[Any]:
        """What the functions under way have bound to names of their own."""
        found: list[Any] = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename in self.units:
                found += [v for name, v in frame.f_locals.items() if name.startswith(MARK)]
            frame = frame.f_back
        return found

    def statement(self) -> syntax.Node | None:
        """The top-level statement under way."""
        return self.current.nodes[0] if self.current is not None else None

    def path_to_read(self, path: Any) -> str:
        """Where a file that the program names can be read; Trouble where that is nowhere."""
        program = self.unit().source.name if self.current is not None else "<shell>"
        return path_to_read(self.access, path, folder_of(program))

    # ------------------------------------------------------------ what is told

    def note(
        self,
        code: str,
        message: str,
        help: Iterable[str] = (),
        node: syntax.Node | None = None,
    ) -> None:
        """Tell something that does not stop the program."""
        at = None
        if node is not None and self.current is not None:
            at = place(self.unit().source, node.place)
        self.receive(Problem("note", code, message, at, help=tuple(help)))

    def note_here(self, code: str, message: str, help: Iterable[str] = ()) -> None:
        """Tell something about the innermost part of the program that is being executed."""
        self.receive(Problem("note", code, message, self.where(), help=tuple(help)))

    def where(self) -> Place | None:
        """The place in the program that is being executed; None where none is."""
        here = under_way(self.units)
        return None if here is None else place(here[0].source, here[1].place)

    # ------------------------------------------------------------ stopping

    @property
    def stopped(self) -> bool:
        """Whether the program under way is asked to stop."""
        return bool(self.predefined[STOPPED])

    @stopped.setter
    def stopped(self, wish: bool) -> None:
        self.predefined[STOPPED] = wish
        self.marks.calls.deepest = 0 if wish else self.marks.calls.DEEPEST

    # ------------------------------------------------------------ state

    def attributes(self) -> Iterator[tuple[Any, str]]:
        """The attributes that belong to the state, dictionaries apart."""
        yield self, "seed"
        for name in Settings.__slots__:
            yield self.settings, name
        for name in Marks.STATE:
            yield self.marks, name
        for source in self.data_sources.values():
            yield source, "drawn"

    def dictionaries(self) -> Iterator[dict[Any, Any]]:
        """The dictionaries that belong to the state."""
        yield self.names.table
        yield self.optimizers
        yield self.trained_on
        yield self.trained_by
        yield self.marks.made_at

    def streams(self) -> Iterator[Random]:
        """The random streams that belong to the state."""
        yield self.random
        yield default_stream()
        yield from self._streams_beside

    def watch(self, stream: Random) -> None:
        """A random stream beside the session's own belongs to the state from now on."""
        self._streams_beside.add(stream)

    @contextmanager
    def aside(self, receive: Receive | None = None) -> Iterator[None]:
        """Whatever runs inside is taken back at the end, and says nothing (or tells `receive`)."""
        journal = self.journal
        outer, told, units = journal.open, self.receive, dict(self.units)
        opening = Opening(self, "", whole=False)

        def put_back() -> None:
            self.receive = told
            opening.record().apply()
            for name in [name for name in self.units if name not in units]:
                del self.units[name]
            journal.open = outer

        try:
            try:
                journal.open = opening
                self.receive = receive or (lambda result: None)
                yield
            finally:
                put_back()
        except BaseException:
            put_back()  # which may be where it struck
            raise
