"""What takes results: the base of all receivers, and the streams that they write to."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from minitorch_shell.rendering.style import in_ascii
from minitorch_shell.results.records import Place, Problem, Result


class OutputLost(BaseException):
    """Results cannot be written any more: the reader went away, the disk is full.

    It is no `Exception`, so that nobody takes it for an error of the program.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.quiet = isinstance(error, BrokenPipeError)


def standard_stream(name: str) -> TextIO:
    """`sys.stdout` or `sys.stderr`, made to take every character; nowhere when it was closed."""
    stream: TextIO | None = getattr(sys, name)
    if stream is None:  # minitorch f.mt >&-
        stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        setattr(sys, name, stream)
    if hasattr(stream, "reconfigure"):
        codecs.register_error("minitorch", in_ascii)
        stream.reconfigure(errors="minitorch")  # a name in Greek must not end a program
    return stream


def nowhere() -> Place | None:
    """The place of a result while no program runs."""
    return None


class Receiver:
    """What the results of a program are given to, one after the other.

    `where` tells the place in the program that the result at hand comes from; whoever runs the
    program sets it.
    """

    where: Callable[[], Place | None] = staticmethod(nowhere)
    _room: int | None = None  # bytes that may still be written
    _over: BaseException

    @contextmanager
    def bounded(self, most: int, over: BaseException) -> Iterator[None]:
        """Raise `over` rather than write more than so many bytes inside."""
        self._room, self._over = most, over
        try:
            yield
        finally:
            self._room = None

    def spend(self, line: str) -> str:
        """The line, when there is room for it."""
        if self._room is not None:
            self._room -= len(line.encode("utf-8", "surrogatepass")) + 1
            if self._room < 0:
                raise self._over
        return line

    def __call__(self, result: Result) -> None:
        try:
            self.write(result.shortened() if isinstance(result, Problem) else result)
        except OSError as error:
            raise OutputLost(error) from None

    def write(self, result: Result) -> None:
        raise NotImplementedError
