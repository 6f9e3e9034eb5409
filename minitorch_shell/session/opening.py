"""A statement under way: what is noted before it runs, and what it writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, Protocol

from engine.graph import reachable
from engine.module import Module
from engine.optim import Optimizer
from engine.tensor import Tensor
from minitorch_shell.session.record import Changes, Entry, Record, Written
from minitorch_shell.values.network import Network

MOST_NUMBERS = 4_000_000  # that all records together keep: a few hundred megabytes


class State(Protocol):
    """What can be gone back to says so itself, slot by slot."""

    def attributes(self) -> Iterable[tuple[Any, str]]:
        """Holders, each with the name of an attribute that belongs to the state."""

    def dictionaries(self) -> Iterable[dict[Any, Any]]:
        """Dictionaries whose entries belong to it."""

    def streams(self) -> Iterable[Random]:
        """Random streams whose positions belong to it; one may come twice."""


class Opening:
    """A statement under way: how the session was when it began, and what it has written."""

    def __init__(self, state: State, text: str, whole: bool) -> None:
        self.text = text
        self.ended = "stopped"  # unless it comes to its end
        self.whole = whole  # it is one simple statement: an interrupt takes all of it back
        self.captured = False
        self.trained = False
        self.entry: Entry | None = None
        self.written = Written()
        self.under_way: Written | None = None  # what the innermost simple statement writes
        self.attributes = [
            (holder, name, _frozen(getattr(holder, name))) for holder, name in state.attributes()
        ]
        self.dictionaries = [(target, dict(target)) for target in state.dictionaries()]
        streams = {id(stream): stream for stream in state.streams()}
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


def size_of(way: Record) -> int:
    """How many numbers a record keeps itself: those written over, and those of lists let go."""
    lists = (value for value in way.dropped() if isinstance(value, list | tuple))
    return len(way.written) + sum(map(len, lists))


def graphs_of(state: State, ways: Iterable[Record]) -> list[int]:
    """How many nodes and edges each record keeps alive that none before it does, nor the state."""
    seen: set[Tensor] = set()
    _walk(_tensors(_contents(state)), seen)
    return [_walk(_tensors(way.dropped()), seen) for way in ways]


def _contents(state: State) -> list[Any]:
    contents = [getattr(holder, name) for holder, name in state.attributes()]
    for dictionary in state.dictionaries():
        contents += [*dictionary, *dictionary.values()]
    return contents


def _walk(waiting: list[Tensor], seen: set[Tensor]) -> int:
    """Add to `seen` what tensors are computed from: the nodes and edges that are new."""
    count = 0
    while waiting:
        tensor = waiting.pop()
        if tensor not in seen:
            seen.add(tensor)
            children = tensor._prev
            count += 1 + len(children)
            waiting.extend(children)
    return count
