"""Whether operations are recorded. `with no_grad():` computes numbers alone, as in PyTorch.

It holds for the thread that says so. Operations take no longer for it: who makes their nodes is
told when the first thread begins and the last one ends, and does not look at other times. To look
once too often does no harm.
"""

from _thread import allocate_lock, get_ident
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import ClassVar

OFF: dict[int, int] = {}  # threads that record nothing -> how many `with` deep
LOOKING: list[Callable[[bool], None]] = []  # who is told whether it has to look
_lock = allocate_lock()


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
        _set(thread, 0 if self.on else before + 1)

    def __exit__(self, *_: object) -> None:
        _set(get_ident(), self._before.pop())


def _set(thread: int, depth: int) -> None:
    with _lock:
        if depth:
            for tell in LOOKING:
                tell(True)
            OFF[thread] = depth
        else:
            OFF.pop(thread, None)
            for tell in LOOKING:
                tell(bool(OFF))


class no_grad(_Switched):  # noqa: N801 - as PyTorch writes it
    """Within it results are constants that know nothing of how they came about.

    And `p -= 0.1 * p.grad` changes `p` in its place. Also a decorator: `@no_grad()`.
    """

    on = False


class recorded(_Switched):  # noqa: N801
    """The opposite, for what must make nodes wherever it is called."""

    on = True
