"""Whether operations are recorded. `with no_grad():` computes numbers alone, as in PyTorch.

It holds for the thread that says so. What looks at it asks `OFF` first, which is empty nearly
always: operations take no longer for it.
"""

from _thread import get_ident
from contextlib import ContextDecorator
from typing import ClassVar

OFF: dict[int, int] = {}  # threads that record nothing -> how many `with` deep


def is_off() -> bool:
    """Whether operations of this thread make constants now."""
    return get_ident() in OFF


class _Switched(ContextDecorator):
    """Recording on or off, to be nested in one another as one likes."""

    on: ClassVar[bool]

    def __init__(self) -> None:
        self._before: list[int] = []

    def __enter__(self) -> None:
        thread = get_ident()
        before = OFF.get(thread, 0)
        self._before.append(before)
        self._set(thread, 0 if self.on else before + 1)

    def __exit__(self, *_: object) -> None:
        self._set(get_ident(), self._before.pop())

    @staticmethod
    def _set(thread: int, depth: int) -> None:
        if depth:
            OFF[thread] = depth
        else:
            OFF.pop(thread, None)


class no_grad(_Switched):  # noqa: N801 - as PyTorch writes it
    """Within it results are constants that know nothing of how they came about.

    And `p -= 0.1 * p.grad` changes `p` in its place. Also a decorator: `@no_grad()`.
    """

    on = False


class recorded(_Switched):  # noqa: N801
    """The opposite, for what must make nodes wherever it is called."""

    on = True
