"""Bounds on a run: seconds, nodes held at once, memory, what it prints.

A bound that is passed raises `LimitReached` in the midst of the program, wherever that is, training
that was compiled included. It is no `Exception`, so nothing on the way takes it for an error of
the program's own.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from engine.tensor import Tensor
from minitorch_shell.lowering.unit import Unit
from minitorch_shell.problems.placing import place
from minitorch_shell.results.records import Problem
from minitorch_shell.session.tracing import spots


class LimitReached(BaseException):
    """A bound was passed: its code, what happened, what to do."""

    def __init__(self, code: str, message: str, help: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` by the clock, `nodes` alive at one time, `memory` in bytes; None is unbounded.

    `output`, in bytes, is kept by the receiver of the results.
    """

    seconds: float | None = None
    nodes: int | None = None
    memory: int | None = None
    output: int | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Raise `LimitReached` (for memory MemoryError) where the block goes beyond a bound."""
        with ExitStack() as bounds:
            if self.memory is not None:
                bounds.enter_context(_memory_bound(self.memory))
            if self.nodes is not None:
                bounds.enter_context(_node_bound(self.nodes))
            if self.seconds is not None:
                bounds.enter_context(_time_bound(self.seconds))
            yield

    def problem(self, error: LimitReached | MemoryError, units: Mapping[str, Unit]) -> Problem:
        """What to tell, placed at the expression that was being evaluated."""
        path = spots(error.__traceback__, units)
        at = place(path[-1][0], path[-1][1].place) if path else None
        if isinstance(error, LimitReached):
            return Problem(
                "error", error.code, error.message, at, "stopped here", (), (error.help,)
            )
        return Problem("error", "MT705", "there is not enough memory for this", at, "here")


SAFE = Limits(seconds=10.0, nodes=1_000_000, memory=1 << 30, output=1_000_000)


# ---------------------------------------------------------------- time


def in_words(seconds: float) -> str:
    """`1 second`, `0.5 seconds`."""
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"


def out_of_time(seconds: float) -> LimitReached:
    """What is raised after so many seconds."""
    return LimitReached(
        "MT706",
        f"stopped after {in_words(seconds)}",
        "give it more with `--max-seconds`, or let the program do less",
    )


def out_of_output(most: int) -> LimitReached:
    """What is raised when a program prints more than so many bytes."""
    return LimitReached(
        "MT709",
        f"stopped: it prints more than {most:,} bytes",
        "give it more with `--max-output`, or print less often (`every=100` in `train`)",
    )


@contextmanager
def _time_bound(seconds: float) -> Iterator[None]:
    import signal

    over = out_of_time(seconds)
    if not hasattr(signal, "setitimer"):
        with _watchdog(seconds, over):
            yield
        return

    def ring(number: int, frame: Any) -> None:
        raise over

    def lost() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.001, 1.0)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6), 1.0)
    try:
        with _told_when_lost("MT706", lost):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _told_when_lost(code: str, lost: Callable[[], None]) -> Iterator[None]:
    """Call `lost` where the exception of this code struck what it cannot leave.

    That is a finalizer or the collector: Python would print a traceback and go on.
    """
    before = sys.unraisablehook

    def hook(event: Any) -> None:
        if isinstance(event.exc_value, LimitReached) and event.exc_value.code == code:
            lost()
        else:
            before(event)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


@contextmanager
def _watchdog(seconds: float, over: LimitReached) -> Iterator[None]:
    """The same without timers: a thread that interrupts the main one."""
    import _thread
    import signal
    import threading

    ended = threading.Event()
    barked = threading.Event()

    def watch() -> None:
        while not ended.wait(1.0 if barked.is_set() else seconds):
            barked.set()
            _thread.interrupt_main()

    def interrupted(number: int, frame: Any) -> None:
        raise over if barked.is_set() else KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupted)
    threading.Thread(target=watch, daemon=True).start()
    try:
        with _told_when_lost("MT706", lambda: None):  # it barks again
            yield
    finally:
        ended.set()
        signal.signal(signal.SIGINT, before)


# ---------------------------------------------------------------- nodes


@contextmanager
def _node_bound(most: int) -> Iterator[None]:
    """Look, whenever Python's garbage collector comes by, how many tensors are alive.

    It comes by after so many new objects that have not gone again, so programs that let go of
    their graphs are hardly looked at.
    """
    counter = _NodeCounter(most)
    thresholds = gc.get_threshold()
    gc.set_threshold(max(10, min(thresholds[0] or 700, most // 10)), *thresholds[1:])
    gc.callbacks.append(counter.collecting)
    try:
        with _told_when_lost("MT707", counter.tell_again):
            yield
        counter.count()
        if counter.passed:
            raise counter.limit()
    finally:
        counter.told = True
        gc.callbacks.remove(counter.collecting)
        gc.set_threshold(*thresholds)
        sys.setprofile(None)


class _NodeCounter:
    """Counts the tensors that are alive, when there can be too many.

    A node takes at least one block of memory. So as long as there are fewer new blocks than nodes
    are missing to the bound, reckoned from the fewest blocks since the last count, nothing needs
    to be counted.
    """

    def __init__(self, most: int) -> None:
        gc.collect()
        self.most = most
        self.earlier = _tensors_alive()  # of another session in the same process
        self.passed = False
        self.told = False  # the error is under way: the collector comes by meanwhile, too
        self.fewest = 0  # blocks since the last count
        self.missing = 0  # nodes to the bound, at the last count
        self.count()

    def collecting(self, phase: str, info: dict[str, int]) -> None:
        """Called by the collector, which an exception could not leave: the profiler raises it."""
        if phase == "stop":
            blocks = sys.getallocatedblocks()
            self.fewest = min(self.fewest, blocks)
            if blocks - self.fewest >= self.missing:
                try:
                    self.count()
                except MemoryError:  # the program is about to meet that itself
                    self.fewest = blocks
            if self.passed and not self.told:
                sys.setprofile(self.stop)

    def count(self) -> None:
        alive = _tensors_alive() - self.earlier
        self.passed = alive > self.most
        self.fewest = sys.getallocatedblocks()
        self.missing = max(self.most - alive, self.most // 100)

    def stop(self, frame: Any, event: str, argument: Any) -> None:
        """Called by Python at the next call or return of a function."""
        if frame.f_code is not _NodeCounter.collecting.__code__:
            sys.setprofile(None)
            if not self.told:
                self.told = True
                raise self.limit()

    def tell_again(self) -> None:
        """The error struck where it was lost: it comes again with the next collection."""
        self.told = False

    def limit(self) -> LimitReached:
        return LimitReached(
            "MT707",
            f"stopped at more than {self.most:,} nodes",
            "give it more with `--max-nodes`; graphs are let go when no name leads to them",
        )


def _tensors_alive() -> int:
    return sum(1 for thing in gc.get_objects() if issubclass(type(thing), Tensor))


# ---------------------------------------------------------------- stack

MOST_CALLS = 20_000
# Walks through nested lists took up to 250 bytes for each of the calls that Python counts (3.11).
STACK_OF_A_CALL = 420  # bytes


def python_calls() -> int:
    """How deep Python's calls may nest in this thread before its stack of C is in danger."""
    return min(MOST_CALLS, _stack_size() // STACK_OF_A_CALL)


def _stack_size() -> int:
    """The stack of this thread in bytes, or what it has at least."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        if threading.stack_size():
            return threading.stack_size()
        if sys.platform == "darwin":
            return 1 << 19
    try:
        import resource

        size = resource.getrlimit(resource.RLIMIT_STACK)[0]
    except (ImportError, AttributeError):  # Windows
        return 1 << 20
    return 1 << 23 if size == resource.RLIM_INFINITY else size


# ---------------------------------------------------------------- memory


@contextmanager
def _memory_bound(size: int) -> Iterator[None]:
    """Bound the address space, where the system can; beyond it Python raises MemoryError."""
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        bounds = [size, *(bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY)]
        least = min(bounds)  # the caller's own bound is not raised
        resource.setrlimit(resource.RLIMIT_AS, (least, hard))
    except (ImportError, AttributeError, ValueError, OSError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
