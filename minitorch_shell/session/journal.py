"""The journal of a session: the one door for changes of its state, and the way back.

Before a top-level statement runs, the journal looks at everything cheap (names, settings, random
streams). What is written into tensors and optimizers is noted by the statement that writes, just
before it does: `with journal.writing(...)`. Afterwards a `Record` keeps what differs. Undo, redo,
Ctrl-C and `Session.aside` all go back along such records; nothing is ever run again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from operator import attrgetter

from engine.graph import reachable
from engine.optim import Optimizer
from engine.tensor import Tensor
from minitorch_shell.session.opening import MOST_NUMBERS, Opening, State, graphs_of, size_of
from minitorch_shell.session.record import Entry

MOST_STATEMENTS = 1_000


class Journal:
    """What the statements of one session did, and how to take it back."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.on = True  # a script that never goes back has no use for it
        self.past: list[Entry] = []
        self.future: list[Entry] = []  # the next one to be redone stands last
        self.forgotten = 0  # statements too long ago to be taken back
        self._weighed = sys.getallocatedblocks()  # objects when graphs were last walked
        self.open: Opening | None = None  # the statement under way, where it is recorded

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

    # ------------------------------------------------------------ statements

    def run(
        self, text: str, function: Callable[[], None], *, whole: bool, counted: bool = True
    ) -> None:
        """Do a statement: one entry of its own, or within another statement a part of that one.

        `whole` says that it is a simple one, of which an interrupt takes back all; one that is not
        `counted` makes no entry.
        """
        if not self.on or self.open is not None or not counted:
            function()
            return
        opening = Opening(self.state, text, whole)
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
            opening.entry = Entry(
                text, opening.text, way, size_of(way), opening.trained, opening.ended
            )
        entry = opening.entry
        if (entry.way or entry.ended == "done") and entry not in self.past[-1:]:
            self.past.append(entry)
        if entry.way.counts:
            self.future = []  # the change leads elsewhere: what was undone is out of reach
        self._forget_oldest()
        self.open = None

    def _forget_oldest(self) -> None:
        """Forget the statements beyond the bounds.

        Graphs of old values are walked only when there are so many more objects than the last time
        that they could matter: a loop over statements would walk the same graph again and again.
        """
        size = sum(map(attrgetter("size"), self.past))
        while self.past and (len(self.past) > MOST_STATEMENTS or size > MOST_NUMBERS):
            size -= self._forget()
        objects = sys.getallocatedblocks()
        if objects - self._weighed > MOST_NUMBERS // 4:
            graphs = graphs_of(self.state, [entry.way for entry in reversed(self.past)])
            size += sum(graphs)
            while self.past and size > MOST_NUMBERS:
                size -= self._forget() + graphs.pop()
            self._weighed = sys.getallocatedblocks()
        self._weighed = min(self._weighed, objects)

    def _forget(self) -> int:
        self.forgotten += 1
        return self.past.pop(0).size

    # ------------------------------------------------------------ going back and forth

    def undo(self, count: int = 1) -> list[Entry]:
        """Take back the last `count` statements that changed something, and give them, the latest
        first. Those that only showed something are passed over.

        Raises ValueError where there are not so many, and then takes back none.
        """
        gone = self._go(self.past, self.future, _reaching(self.past, count))
        return [entry for entry in gone if entry.counts]

    def redo(self, count: int = 1) -> list[Entry]:
        """Bring back `count` statements that were undone; ValueError as for `undo`."""
        gone = self._go(self.future, self.past, _reaching(self.future, count))
        return [entry for entry in gone if entry.counts]

    def go_to(self, number: int) -> list[Entry]:
        """Go to where the first `number` of all entries are done; the changes on the way."""
        ahead = number - len(self.past)
        if ahead > 0:
            gone = self._go(self.future, self.past, ahead)
        else:
            gone = self._go(self.past, self.future, -ahead)
        return [entry for entry in gone if entry.counts]

    def trains(self) -> None:
        """The statement under way trains a network."""
        if self.open is not None:
            self.open.trained = True

    def _go(self, source: list[Entry], target: list[Entry], count: int) -> list[Entry]:
        if not 0 <= count <= len(source):
            raise ValueError(f"there are {len(source)}")
        gone = source[len(source) - count :][::-1]

        def go() -> None:
            for entry in gone:
                if entry.undone is not (target is self.future):  # not gone yet
                    self._cross(entry, source, target)

        insist(go)
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


def changes(entries: list[Entry]) -> int:
    """How many of them changed something."""
    return sum(entry.counts for entry in entries)


def _reaching(entries: list[Entry], count: int) -> int:
    """How many entries back from the end the last `count` changes reach."""
    for at, entry in enumerate(reversed(entries)):
        if count <= 0:
            return at
        count -= entry.counts
    return len(entries) + max(count, 0)


def insist(action: Callable[[], None]) -> None:
    """Do it to the end: what interrupts it is passed on when all is done."""
    try:
        action()
    except Exception:
        raise
    except BaseException:
        insist(action)
        raise
