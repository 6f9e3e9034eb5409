"""Notes on a sweep that may not be what was meant: it adds to old gradients, or its graph is old.

Both are right at times, so a note is all: gradients that add up sum over several results, and a
graph may be kept on purpose. Each kind is told once in a top-level statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.tensor import Tensor
from minitorch_shell.results.printed import number_text
from minitorch_shell.values.leaves import direct_tensors

if TYPE_CHECKING:
    from minitorch_shell.session import Session

# Looking at the age of a graph takes as long as computing it again.
MOST_LOOKS = 2  # in one top-level statement
MOST_NODES = 150  # of a graph, those near the result


class SweepNotes:
    """Looks at the session's leaves before and after each sweep."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.changed = False  # whether a leaf has a new number since the session began
        self._summed = False  # told, and nothing was set to zero since
        self._told: set[tuple[str, int]] = set()  # kinds of notes, and the statements they are for
        self._looks: tuple[int, int] = (0, 0)  # the last statement that was looked at, how often

    def zeroed(self) -> None:
        """Gradients were set to 0."""
        self._summed = False

    def before(self, value: Tensor) -> list[tuple[Tensor, float]]:
        """The leaves with a gradient already; to be given to `after`. Looks at old graphs too."""
        if self.changed:
            self._look_at_age(value)
        if self._summed or self._is_told("MT406"):
            return []
        named = direct_tensors(self.session.user_names().values())
        return [(leaf, leaf.grad) for leaf in named if leaf.grad != 0.0 and not leaf._prev]

    def after(self, before: list[tuple[Tensor, float]]) -> None:
        """Say so if the sweep added to a gradient that was there."""
        for leaf, gradient in before:
            if leaf.grad != gradient and gradient == gradient:
                self._summed = True
                digits = self.session.settings.digits
                was, now = number_text(gradient, digits), number_text(leaf.grad, digits)
                self._note(
                    "MT406",
                    f"this `backward` added to an earlier gradient: {self._gradient(leaf)} "
                    f"was {was} and is now {now}",
                    "`zero` before it starts from 0; gradients add up over several results, "
                    "where that is meant",
                )
                return

    def _look_at_age(self, value: Tensor) -> None:
        statement = id(self.session.current)
        looks = self._looks[1] if self._looks[0] == statement else 0
        if looks >= MOST_LOOKS or self._is_told("MT407"):
            return
        from engine.gradient_check import outdated

        self._looks = (statement, looks + 1)
        old = outdated(value, MOST_NODES)
        if old is None:
            return
        leaf = next((child for child in old._prev if not child._prev), None)
        label = None if leaf is None else self._label(leaf)
        name = "a parameter" if label is None else f"`{label}`"
        self._note(
            "MT407",
            f"this was computed before {name} changed: its gradients are those of the old number",
            "compute it again before `backward`; in a loop, inside the loop",
        )

    def _gradient(self, leaf: Tensor) -> str:
        label = self._label(leaf)
        return "that of a parameter" if label is None else f"grad {label}"

    def _label(self, leaf: Tensor) -> str | None:
        from minitorch_shell.showing import labels

        return labels(self.session).get(id(leaf))

    def _is_told(self, code: str) -> bool:
        return (code, id(self.session.current)) in self._told

    def _note(self, code: str, message: str, help: str) -> None:
        self._told.add((code, id(self.session.current)))
        self.session.note_here(code, message, [help])
