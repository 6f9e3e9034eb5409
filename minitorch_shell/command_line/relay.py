"""What a child prints passes through its parent, which counts it and goes on when it is too much.

Only streams that are no terminal are passed through: a program asks a terminal for its width. Where
both streams of the command lead to the same file they share a pipe, so that the order stays.
"""

from __future__ import annotations

import io
import os
import select
import sys
from dataclasses import dataclass

_AT_ONCE = 4096  # bytes that a pipe which is ready takes without blocking (PIPE_BUF of Linux)
_NAMES = {1: "stdout", 2: "stderr"}


def _is_open(file: int) -> bool:
    try:
        os.fstat(file)
    except OSError:
        return False
    return True


@dataclass(slots=True)
class _Stream:
    source: int  # the end of the pipe that is read; -1 when all has come
    target: int
    waiting: bytes = b""


class Relay:
    """The pipes between a child and the streams of the command, for at most `most` bytes in all."""

    def __init__(self, most: int) -> None:
        self.room = most
        self.flooded = False  # it wanted to print more than that
        self.lost: OSError | None = None  # why a stream takes nothing any more
        self._ends: dict[int, int] = {}  # the end that is written, by the stream of the child
        self._streams: list[_Stream] = []
        made: dict[tuple[int, int], int] = {}
        for closed in (file for file in (0, 1, 2) if not _is_open(file)):
            os.open(os.devnull, os.O_RDWR)  # takes that number, so that no pipe does
            assert _is_open(closed)
        for target, name in _NAMES.items():
            if getattr(sys, name) is None or os.isatty(target):
                continue
            about = os.fstat(target)
            file = (about.st_dev, about.st_ino)
            if file not in made:
                source, made[file] = os.pipe()
                self._streams.append(_Stream(source, target))
            self._ends[target] = made[file]

    def in_child(self) -> None:
        """Have the streams of this process end in the pipes."""
        for target, end in self._ends.items():
            os.dup2(end, target)
            before = getattr(sys, _NAMES[target])  # may believe that it knows its place in a file
            anew = io.TextIOWrapper(
                open(target, "wb", closefd=False),  # noqa: SIM115
                before.encoding,
                before.errors,
                line_buffering=target == 2,
            )
            setattr(sys, _NAMES[target], anew)
        self.in_parent()
        for stream in self._streams:
            os.close(stream.source)

    def in_parent(self) -> None:
        """Keep the ends that are read."""
        for end in set(self._ends.values()):
            os.close(end)

    def waits(self) -> list[tuple[int, int]]:
        """The files to wait for, each with its event; empty when nothing more can come."""
        return [
            (stream.target, select.POLLOUT) if stream.waiting else (stream.source, select.POLLIN)
            for stream in self._streams
            if stream.waiting or stream.source >= 0
        ]

    def go_on(self, ready: set[int]) -> None:
        """Read and write where that does not block."""
        for stream in self._streams:
            if stream.waiting and stream.target in ready:
                self._write(stream)
            elif not stream.waiting and stream.source in ready:
                self._read(stream)

    def _read(self, stream: _Stream) -> None:
        data = os.read(stream.source, 1 << 16)
        self.flooded = self.flooded or len(data) > self.room
        stream.waiting = data[: self.room]
        self.room -= len(stream.waiting)
        if not data:
            self._finish(stream)

    def _write(self, stream: _Stream) -> None:
        try:
            written = os.write(stream.target, stream.waiting[:_AT_ONCE])
        except OSError as error:  # the child will meet that as well
            self.lost = error
            self._finish(stream)
        else:
            stream.waiting = stream.waiting[written:]

    def _finish(self, stream: _Stream) -> None:
        if stream.source >= 0:
            os.close(stream.source)
        stream.source = -1
        stream.waiting = b""
