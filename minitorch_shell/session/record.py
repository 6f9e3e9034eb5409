"""What it takes to get back to an earlier moment of a session, exactly.

A `Record` holds, for every slot that differs between two moments, the content it had at the other
one: entries of dictionaries, attributes, numbers inside tensors, optimizers, random streams. It
holds the objects themselves, so what comes back is the same object and not a copy. Its `inverse`
leads the other way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from engine.optim import Optimizer
from engine.tensor import Tensor

SHOWN = "shown"  # the attribute of the state that every bare expression changes
ABSENT: Any = object()  # for a key that is not there


class Changes:
    """How a dictionary was at another moment: entries, and their order where that differs."""

    __slots__ = ("entries", "order")

    def __init__(self, then: dict[Any, Any], now: dict[Any, Any]) -> None:
        self.order: list[Any] | None = None
        keys, count = list(now), len(then)
        if keys[:count] == list(then):  # nothing went, as nearly always
            pairs = zip(then.items(), now.values(), strict=False)
            self.entries = {key: old for (key, old), new in pairs if old is not new}
            self.entries.update((key, ABSENT) for key in keys[count:])
            return
        self.entries = {
            key: value for key, value in then.items() if now.get(key, ABSENT) is not value
        }
        self.entries.update((key, ABSENT) for key in now if key not in then)
        # Entries that come go behind the others. Where one returns to a place among them, or
        # moves, all are put in anew.
        kept = [key for key in now if key in then]
        come = [key for key in then if key not in now]
        if list(then) != kept + come:
            self.order = list(then)
            self.entries.update(then)

    def apply(self, target: dict[Any, Any]) -> None:
        for key, value in self.entries.items():
            if value is ABSENT:
                target.pop(key, None)
            elif self.order is None:
                target[key] = value
        for key in self.order or ():
            target.pop(key, None)
            target[key] = self.entries[key]

    def __bool__(self) -> bool:
        return bool(self.entries)

    def inverse(self, now: dict[Any, Any]) -> Changes:
        then = dict(now)
        self.apply(then)
        return Changes(now, then)


class Written:
    """Numbers that were, or are about to be, written over: the contents they had before."""

    __slots__ = ("gradients", "optimizers", "values")

    def __init__(self) -> None:
        self.values: dict[Tensor, float] = {}
        self.gradients: dict[Tensor, float] = {}
        self.optimizers: dict[Optimizer, tuple[dict[str, list[float]], int]] = {}

    def keep(
        self,
        values: Iterable[Tensor] = (),
        gradients: Iterable[Tensor] = (),
        optimizers: Iterable[Optimizer] = (),
    ) -> None:
        """Note what stands there now, except where something was noted before."""
        kept = self.values
        for tensor in values:
            if tensor not in kept:
                kept[tensor] = tensor._data
        kept = self.gradients
        if not kept:
            tensors = list(gradients)
            kept.update(zip(tensors, [tensor._grad for tensor in tensors], strict=True))
            gradients = ()
        for tensor in gradients:
            if tensor not in kept:
                kept[tensor] = tensor._grad
        for optimizer in optimizers:
            if optimizer not in self.optimizers:
                state = {slot: list(numbers) for slot, numbers in optimizer.state.items()}
                self.optimizers[optimizer] = state, optimizer.steps

    def apply(self) -> None:
        for tensor, number in self.values.items():
            tensor._data = number
        for tensor, number in self.gradients.items():
            tensor._grad = number
        for optimizer, (state, steps) in self.optimizers.items():
            optimizer.state = {slot: list(numbers) for slot, numbers in state.items()}
            optimizer.steps = steps

    def inverse(self) -> Written:
        now = Written()
        now.keep(self.values, self.gradients, self.optimizers)
        return now

    def without_the_same(self) -> Written:
        """Only what really differs from what stands there now, bit for bit."""
        kept = Written()
        kept.values = {t: old for t, old in self.values.items() if not _same(old, t._data)}
        kept.gradients = {t: old for t, old in self.gradients.items() if not _same(old, t._grad)}
        for optimizer, (state, steps) in self.optimizers.items():
            if steps != optimizer.steps or not _same_state(state, optimizer.state):
                kept.optimizers[optimizer] = state, steps
        return kept

    def __len__(self) -> int:
        slots = sum(len(rows) for state, _ in self.optimizers.values() for rows in state.values())
        return len(self.values) + len(self.gradients) + len(self.optimizers) + slots


def _same(a: float, b: float) -> bool:
    """Whether two floats are one: 0.0 is not -0.0, nan is nan."""
    return a is b or (a == b and a != 0.0) or repr(a) == repr(b)


def _same_state(a: dict[str, list[float]], b: dict[str, list[float]]) -> bool:
    return a.keys() == b.keys() and all(
        len(numbers) == len(b[slot]) and all(map(_same, numbers, b[slot]))
        for slot, numbers in a.items()
    )


@dataclass(slots=True)
class Record:
    """The way from one moment of a session to another."""

    written: Written = field(default_factory=Written)
    attributes: list[tuple[Any, str, Any]] = field(default_factory=list)  # holder, name, content
    dictionaries: list[tuple[dict[Any, Any], Changes]] = field(default_factory=list)
    streams: list[tuple[Random, Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether the two moments differ at all."""
        return bool(self.written or self.attributes or self.dictionaries or self.streams)

    @property
    def counts(self) -> bool:
        """Whether the two moments differ in more than what was shown last."""
        attributes = any(name != SHOWN for _, name, _ in self.attributes)
        return bool(self.written or attributes or self.dictionaries or self.streams)

    def apply(self) -> None:
        """Go there. To be interrupted and begun again does no harm."""
        self.written.apply()
        for holder, name, content in self.attributes:
            setattr(holder, name, content)
        for dictionary, changes in self.dictionaries:
            changes.apply(dictionary)
        for stream, state in self.streams:
            stream.setstate(state)

    def inverse(self) -> Record:
        """The way back here; to be asked for before `apply`."""
        return Record(
            self.written.inverse(),
            [(holder, name, getattr(holder, name)) for holder, name, _ in self.attributes],
            [(target, changes.inverse(target)) for target, changes in self.dictionaries],
            [(stream, stream.getstate()) for stream, _ in self.streams],
        )

    def dropped(self) -> list[Any]:
        """The values that only this record keeps alive."""
        return [
            value
            for _, changes in self.dictionaries
            for value in changes.entries.values()
            if value is not ABSENT
        ]


@dataclass(slots=True, eq=False)
class Entry:
    """A statement of the past, or an undone one; `way` leads to the other side of it."""

    text: str  # its first line
    whole: str  # all of it
    way: Record
    size: int  # numbers that `way` keeps itself; graphs come beside that
    trained: bool = False  # whether it trained a network
    ended: str = "done"  # "failed" or "stopped" where it was
    undone: bool = False
    number: int | None = None  # where its statement is kept for later, outside of the journal

    @property
    def counts(self) -> bool:
        """Whether it changed something; `undo` passes over what only showed something."""
        return self.way.counts
