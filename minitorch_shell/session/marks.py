"""What the statements of a session remember of each other, beside names and values."""

from __future__ import annotations

from typing import Any
from weakref import ref

from engine.tensor import Tensor
from minitorch_shell.values.function import Calls

MOST_EARLIER = 8  # leaves of one name that are remembered
MOST_USED = 1_000


class Marks:
    """Marks that statements leave for later ones.

    What is listed in `STATE`, and `made_at`, is state and comes back with `undo`; the rest only
    keeps from saying or doing a thing twice.
    """

    STATE = ("sweeps", "swept", "swept_by", "hidden", "overflows", "recorded", "kept", "shown")

    def __init__(self) -> None:
        self.sweeps = 0  # backward sweeps so far
        self.swept: Any = None  # the result of the last sweep
        self.swept_by: Any = None  # text and node of what stood behind that `backward`
        self.made_at: dict[str, int] = {}  # name -> sweeps when it was bound
        self.earlier: dict[str, list[Any]] = {}  # name -> weak references to leaves it was bound to
        self.explained: set[tuple[str, str, int]] = set()  # gradients of 0 that were explained
        self.used: set[Any] = set()  # leaves whose gradient was read or stepped along, not zeroed
        self.most_used = MOST_USED  # beyond, those that no name reaches are forgotten
        self.doubled: dict[Any, float] = {}  # leaf -> gradient before its result was swept again
        self.hidden: set[str] = set()  # predefined names that a note said are hidden
        self.recorded: dict[str, Any] = {}  # what `train` bound last; a new one for each change
        self.kept: set[str] = set()  # names that `train` would bind, and a note said it does not
        self.overflows: set[tuple[Any, ...]] = set()  # origins of an inf that were told
        self.blamed: set[int] = set()  # statements whose nan or inf was traced to its origin
        self.leaves_changed = False  # whether a leaf has a new number since the session began
        self.sweep_notes: set[tuple[str, int]] = set()  # kinds told, and the statements they are of
        self.looks = (0, 0)  # the last statement whose graphs were looked at, and how often
        self.shown: tuple[Any, ...] = ()  # what a bare expression showed last, `_`
        self.calls = Calls()

    def made(self, name: str, value: Any) -> None:
        """A name was bound; a leaf can be looked for in a graph once the name is bound anew."""
        self.made_at[name] = self.sweeps
        if isinstance(value, Tensor) and value._first is None:
            earlier = self.earlier.setdefault(name, [])
            earlier.append(ref(value))
            del earlier[:-MOST_EARLIER]
