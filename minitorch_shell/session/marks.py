"""What the statements of a session remember of each other, beside names and values."""

from __future__ import annotations

from typing import Any

from minitorch_shell.values.function import Calls


class Marks:
    """Marks that statements leave for later ones.

    What is listed in `STATE`, and `made_at`, is state and comes back with `undo`; the rest only
    keeps from saying or doing a thing twice.
    """

    STATE = ("sweeps", "swept", "hidden", "overflows", "recorded", "kept")

    def __init__(self) -> None:
        self.sweeps = 0  # backward sweeps so far
        self.swept: Any = None  # the result of the last sweep
        self.made_at: dict[str, int] = {}  # name -> sweeps when it was bound
        self.hidden: set[str] = set()  # predefined names that a note said are hidden
        self.recorded: dict[str, Any] = {}  # what `train` bound last; a new one for each change
        self.kept: set[str] = set()  # names that `train` would bind, and a note said it does not
        self.overflows: set[tuple[Any, ...]] = set()  # origins of an inf that were told
        self.blamed: set[int] = set()  # statements whose nan or inf was traced to its origin
        self.leaves_changed = False  # whether a leaf has a new number since the session began
        self.summed = False  # told that gradients add up, and nothing was set to zero since
        self.sweep_notes: set[tuple[str, int]] = set()  # kinds told, and the statements they are of
        self.looks = (0, 0)  # the last statement whose graphs were looked at, and how often
        self.calls = Calls()
