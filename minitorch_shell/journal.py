"""The journal of a session: the one door for changes of its state, and the way back.

Before a top-level statement runs, the journal looks at everything cheap (names, settings, random
streams). What is written into tensors and optimizers is noted by the statement that writes, just
before it does: `with journal.writing(...)`. Afterwards a `Record` keeps what differs. Undo, redo,
Ctrl-C and a look ahead all go back along such records; nothing is ever run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, fields
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from engine.graph import reachable
from engine.module import Module
from engine.optim import Optimizer
from engine.randomness import default_stream
from engine.tensor import Tensor
from grammar import syntax
from grammar.source import Source
from minitorch_shell.record import Changes, Record, Written
from minitorch_shell.values.network import Network

if TYPE_CHECKING:
    from minitorch_shell.session import Session

MOST_STATEMENTS = 1_000
MOST_NUMBERS = 4_000_000  # that all records together keep: a few hundred megabytes

UNCOUNTED = (syntax.Undo, syntax.Redo, syntax.History, syntax.Help)
COMPOUND = (syntax.Repeat, syntax.For, syntax.While, syntax.If, syntax.Import)
NOT_STATE = {"session", "depth", "blamed", "notes"}  # of the attributes of `Statements`


@dataclass(slots=True, eq=False)
class Entry:
    """A statement of the past, or an undone one; `way` leads to the other side of it."""

    text: str  # its first line
    way: Record
    weight: int
    ended: str = "done"  # "failed" or "stopped" where it was
    undone: bool = False


class Journal:
    """What the statements of one session did, and how to take it back."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.on = True  # a script that never goes back has no use for it
        self.past: list[Entry] = []
        self.future: list[Entry] = []  # the next one to be redone stands last
        self.forgotten = 0  # statements too long ago to be taken back
        self.open: Opening | None = None  # the statement under way, where it is recorded
        self.streams: WeakSet[Random] = WeakSet()  # besides the session's own

    # ------------------------------------------------------------ the door

    def writing(
        self,
        values: Iterable[Tensor] | Callable[[], Iterable[Tensor]] = (),
        gradients: Iterable[Tensor] | Callable[[], Iterable[Tensor]] = (),
        optimizers: Iterable[Optimizer] = (),
    ) -> AbstractContextManager[None]:
        """To be entered before these values, gradients and states of optimizers are written.

        The tensors may be given as a function, which is called only when something is recorded.
        An interrupt inside puts back what stood there at the start, unless `keep` was called.
        """
        if self.open is None:
            return nullcontext()
        return self.open.writing(
            values() if callable(values) else values,
            gradients() if callable(gradients) else gradients,
            optimizers,
        )

    def writing_graph(self, root: Tensor) -> AbstractContextManager[None]:
        """To be entered before a sweep from `root`."""
        return self.writing(gradients=lambda: reachable([root]))

    def stays(self) -> None:
        """What the statement under way has done so far is not taken back by an interrupt."""
        if self.open is not None:
            self.open.under_way = None
            self.open.whole = False

    def watch(self, stream: Random) -> None:
        """A random stream beside the session's own belongs to the state from now on."""
        self.streams.add(stream)

    # ------------------------------------------------------------ statements

    def run(
        self, statement: syntax.Statement, source: Source, function: Callable[[], None]
    ) -> None:
        """Do a statement: one entry of its own, or within another statement a part of that one."""
        if not self.on or self.open is not None or isinstance(statement, UNCOUNTED):
            function()
            return
        inner = statement
        while isinstance(inner, syntax.Time):
            inner = inner.statement
        text = source.slice(statement.place).strip()
        opening = Opening(self.session, text, whole=not isinstance(inner, COMPOUND))
        try:
            try:
                self.open = opening
                function()
                opening.ended = "done"
            except Exception:
                opening.ended = "failed"
                raise
            finally:
                self._end(opening)
        except BaseException:  # Ctrl-C, a limit that was passed
            self._end(opening)  # which may be where it struck
            raise

    def _end(self, opening: Opening) -> None:
        """Add the entry of a statement; once more does no harm. Failed without a trace: none."""
        if self.open is not opening:
            return
        if opening.ended == "stopped":
            opening.roll_back()
        if opening.entry is None:
            way = opening.record()
            first, *more = opening.text.split("\n", 1)
            text = first + (" ..." if more else "")
            opening.entry = Entry(text, way, weight_of(way), opening.ended)
        entry = opening.entry
        if (entry.way or entry.ended == "done") and entry not in self.past[-1:]:
            self.past.append(entry)
        if entry.way:
            self.future = []  # the change leads elsewhere: what was undone is out of reach
        self._forget_oldest()
        self.open = None

    def _forget_oldest(self) -> None:
        weight = sum(map(attrgetter("weight"), self.past))
        while self.past and (len(self.past) > MOST_STATEMENTS or weight > MOST_NUMBERS):
            weight -= self.past.pop(0).weight
            self.forgotten += 1

    # ------------------------------------------------------------ going back and forth

    def undo(self, count: int = 1) -> list[Entry]:
        """Take back the last `count` statements, and give them, the latest first.

        Raises ValueError where there are not so many, and then takes back none.
        """
        return self._go(self.past, self.future, count)

    def redo(self, count: int = 1) -> list[Entry]:
        """Bring back `count` statements that were undone; ValueError as for `undo`."""
        return self._go(self.future, self.past, count)

    def _go(self, source: list[Entry], target: list[Entry], count: int) -> list[Entry]:
        if not 0 <= count <= len(source):
            raise ValueError(f"there are {len(source)}")
        gone = source[len(source) - count :][::-1]
        for entry in gone:
            self._cross(entry, source, target)
        return gone

    def _cross(self, entry: Entry, source: list[Entry], target: list[Entry]) -> None:
        there, back = entry.way, entry.way.inverse()

        def go() -> None:
            there.apply()
            entry.way = back
            entry.undone = target is self.future
            if entry in source[-1:]:
                source.pop()
            if entry not in target[-1:]:
                target.append(entry)

        insist(go)

    def entries(self) -> list[Entry]:
        """All statements that are remembered, those of the past first, then the undone ones."""
        return [*self.past, *reversed(self.future)]

    def clear(self) -> None:
        """Forget all statements."""
        self.past, self.future, self.forgotten = [], [], 0

    # ------------------------------------------------------------ aside

    @contextmanager
    def aside(self, receive: Callable[[Any], None] | None = None) -> Iterator[None]:
        """Whatever runs inside is taken back at the end, and says nothing (or tells `receive`)."""
        session = self.session
        outer, told, units = self.open, session.receive, dict(session.units)
        opening = Opening(session, "", whole=False)

        def put_back() -> None:
            session.receive = told
            opening.record().apply()
            for name in [name for name in session.units if name not in units]:
                del session.units[name]
            self.open = outer

        try:
            try:
                self.open = opening
                session.receive = receive or (lambda result: None)
                yield
            finally:
                put_back()
        except BaseException:
            put_back()  # which may be where it struck
            raise


class Opening:
    """A statement under way: how the session was when it began, and what it has written."""

    def __init__(self, session: Session, text: str, whole: bool) -> None:
        self.session = session
        self.text = text
        self.ended = "stopped"  # unless it comes to its end
        self.whole = whole  # it is one simple statement: an interrupt takes all of it back
        self.captured = False
        self.entry: Entry | None = None
        self.written = Written()
        self.under_way: Written | None = None  # what the innermost simple statement writes
        self.attributes = [
            (holder, name, _frozen(getattr(holder, name))) for holder, name in _attributes(session)
        ]
        self.dictionaries = [(target, dict(target)) for target in _dictionaries(session)]
        journal = session.journal
        streams = {id(stream): stream for stream in (session.random, default_stream())}
        streams.update((id(stream), stream) for stream in journal.streams)
        self.streams = [(stream, stream.getstate()) for stream in streams.values()]

    @contextmanager
    def writing(
        self,
        values: Iterable[Tensor],
        gradients: Iterable[Tensor],
        optimizers: Iterable[Optimizer],
    ) -> Iterator[None]:
        values, gradients, optimizers = list(values), list(gradients), list(optimizers)
        if self.whole:
            self.written.keep(values, gradients, optimizers)
            yield
            return
        self._capture()
        self.written.keep(optimizers=optimizers)
        mine = Written()
        mine.keep(values, gradients, optimizers)
        self.under_way = mine
        yield  # an exception leaves it in place: an interrupt wants it
        self.under_way = None

    def value(self, tensor: Tensor) -> None:
        """One value is about to be written, which happens at once or not at all."""
        if self.whole:
            self.written.keep((tensor,))
        elif not self.captured:
            self._capture()

    def _capture(self) -> None:
        """Note everything that the names reached when the statement began.

        A loop makes graphs by the hundred; to note every sweep would keep all of them alive. What
        is made after the beginning needs no note: no name reaches it once the names are back.
        """
        if self.captured:
            return
        contents = [content for _, _, content in self.attributes]
        for _, before in self.dictionaries:
            contents += [*before, *before.values()]
        all_of_them = reachable(_tensors(contents))
        self.written.keep(all_of_them, all_of_them)
        self.captured = True

    def roll_back(self) -> None:
        """Put back what the innermost simple statement has written."""
        if self.whole:
            self.record().apply()
        elif self.under_way is not None:
            self.under_way.apply()

    def record(self) -> Record:
        """The way back to how the session was."""
        attributes = [
            (holder, name, before)
            for holder, name, before in self.attributes
            if not _unchanged(before, getattr(holder, name))
        ]
        changes = [(target, Changes(before, target)) for target, before in self.dictionaries]
        return Record(
            self.written.without_the_same(),
            attributes,
            [(target, change) for target, change in changes if change],
            [(stream, state) for stream, state in self.streams if stream.getstate() != state],
        )


def _attributes(session: Session) -> Iterator[tuple[Any, str]]:
    """The attributes that belong to the state of a session, dictionaries apart."""
    yield session, "seed"
    for setting in fields(session.settings):
        yield session.settings, setting.name
    for name, content in vars(session.statements).items():
        if name not in NOT_STATE and not isinstance(content, dict):
            yield session.statements, name
    for source in session.data_sources.values():
        yield source, "_drawn"


def _dictionaries(session: Session) -> Iterator[dict[Any, Any]]:
    yield session.names
    yield session.optimizers
    for name, content in vars(session.statements).items():
        if name not in NOT_STATE and isinstance(content, dict):
            yield content


def _frozen(content: Any) -> Any:
    return content.copy() if isinstance(content, set | list) else content


def _unchanged(before: Any, now: Any) -> bool:
    if isinstance(now, set):
        return bool(before == now)
    if isinstance(now, list):
        return len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True))
    return before is now


def _tensors(contents: Iterable[Any]) -> list[Tensor]:
    """The tensors that values of the language hold themselves."""
    found: list[Tensor] = []
    waiting = list(contents)
    seen: set[int] = set()  # lists: they may share parts
    while waiting:
        content = waiting.pop()
        if isinstance(content, Tensor):
            found.append(content)
        elif isinstance(content, list | tuple):
            if id(content) not in seen:
                seen.add(id(content))
                waiting.extend(content)
        elif isinstance(content, Network | Module):  # of a module the optimizer is kept
            found.extend(content.parameters())
        elif isinstance(content, Optimizer):
            found.extend(content.parameters)
    return found


def weight_of(way: Record) -> int:
    """About how many numbers a record keeps in memory, the graphs of old values included."""
    seen: set[Tensor] = set()
    edges = 0
    waiting = _tensors(way.dropped())
    while waiting and edges < MOST_NUMBERS:
        tensor = waiting.pop()
        if tensor not in seen:
            seen.add(tensor)
            children = tensor._prev
            edges += len(children)
            waiting.extend(children)
    return len(way.written) + len(seen) + edges


def insist(action: Callable[[], None]) -> None:
    """Do it to the end: what interrupts it is passed on when all is done."""
    try:
        action()
    except Exception:
        raise
    except BaseException:
        insist(action)
        raise
