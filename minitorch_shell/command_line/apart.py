"""A program under `--safe` runs in a process of its own, which the command looks after.

The child is a fork: it goes on as if nothing had happened, behind the walls of walls.py. The parent
keeps the clock, passes on what the child prints, hands Ctrl-C on once, and says what became of a
child that could not say it itself.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from minitorch_shell.command_line.status import FAILED

if TYPE_CHECKING:
    from minitorch_shell.command_line.programs import Options, Program
    from minitorch_shell.command_line.relay import Relay

ROOM_FOR_A_MESSAGE = 1 << 28  # bytes, when memory has run out
SPARE_OUTPUT = 1 << 16  # bytes for errors and notes, beside what the program may print
GRACE = 1.0  # seconds; the child's own clock tells where in the program its time ran out
POSSIBLE = sys.platform == "linux" and hasattr(os, "pidfd_open")


def run(programs: Sequence[Program], options: Options, sessions: int) -> int | None:
    """Have a child go on with the programs: its exit status, None in the child itself.

    It may read the folders of the files; each of its sessions has the time of the options.
    """
    from minitorch_shell.files.access import folder_of

    files = [text for kind, text in programs if kind == "file" and text != "-"]
    readable = [*files, *(map(folder_of, files) if files else [os.curdir])]
    seconds = (options.limits.seconds or 0.0) * sessions

    from minitorch_shell.command_line.programs import receiver_for
    from minitorch_shell.command_line.relay import Relay
    from minitorch_shell.interpreter.limits import out_of_output, out_of_time
    from minitorch_shell.rendering.receiver import OutputLost
    from minitorch_shell.results.records import Problem

    output = options.limits.output or 0
    relay = Relay((output + SPARE_OUTPUT) * sessions)

    def close_in() -> None:
        from minitorch_shell.command_line import walls

        relay.in_child()
        walls.close_in(readable, (options.limits.memory or 0) + ROOM_FOR_A_MESSAGE, seconds)

    try:
        child = fork(close_in)
    except OSError as error:
        relay.in_parent()
        told = Problem("error", "MT708", f"the system starts no process for it: {error.strerror}")
    else:
        if child == 0:
            return None
        relay.in_parent()
        status, in_time = look_after(child, seconds, relay)
        if relay.lost is not None:
            raise OutputLost(relay.lost)
        if relay.flooded:
            told = options.limits.problem(out_of_output(output), {})
        elif status >= 0 and in_time:
            return status
        elif in_time and -status != signal.SIGXCPU:
            name = signal.Signals(-status).name
            told = Problem("error", "MT708", f"the system ended the program ({name})")
        else:
            told = options.limits.problem(out_of_time(seconds), {})
    receiver_for(options.format, options.color)(told)
    return FAILED


def fork(close_in: Callable[[], None]) -> int:
    """The number of the child; 0 in the child, which has its own session and is closed in.

    It dies with its parent, whatever kills that one.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    parent = os.getpid()
    try:
        child = os.fork()
    except OSError:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        raise
    if child == 0:
        import ctypes

        os.setsid()  # else Ctrl-C would reach it twice
        ctypes.CDLL(None).prctl(1, ctypes.c_ulong(signal.SIGKILL))  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)
        close_in()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    return child


def look_after(child: int, seconds: float, relay: Relay) -> tuple[int, bool]:
    """Wait for the child, at most so long: how it ended (as `Popen.returncode`), and if in time.

    Call it right after `fork`. What it prints is passed on. Ctrl-C is handed on; a child that does
    not heed it is killed.
    """
    end = time.monotonic() + seconds + GRACE
    watched = os.pidfd_open(child)
    interrupted = False
    status: int | None = None
    while True:
        try:
            ready = _ready(relay.waits() + [(watched, select.POLLIN)] * (status is None), end)
        except KeyboardInterrupt:
            if not interrupted and status is None:
                os.kill(child, signal.SIGINT)
                end = min(end, time.monotonic() + GRACE)
            interrupted = True
            continue
        if not ready or relay.flooded:
            break
        relay.go_on(ready)
        if watched in ready:
            status = _end_of(child)
    in_time = status is not None
    if status is None:
        os.kill(child, signal.SIGKILL)
        status = _end_of(child)
    os.close(watched)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    if interrupted and status < 0:
        raise KeyboardInterrupt
    return status, in_time


def _ready(files: list[tuple[int, int]], end: float) -> set[int]:
    """Those of the files that are ready, when one is; none when the time has come or none waits.

    Ctrl-C strikes here alone.
    """
    if not files:
        return set()
    poll = select.poll()
    for file, event in files:
        poll.register(file, event)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        return {file for file, _ in poll.poll(max(0.0, end - time.monotonic()) * 1000)}
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


def _end_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
