"""A program under `--safe` runs in a process of its own, which the command looks after.

The child is a fork: it goes on as if nothing had happened, behind the walls of walls.py. The parent
keeps the clock, hands Ctrl-C on once, and says what became of a child that could not say it itself.
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

ROOM_FOR_A_MESSAGE = 1 << 28  # bytes, when memory has run out
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

    def close_in() -> None:
        from minitorch_shell.command_line import walls

        walls.close_in(readable, (options.limits.memory or 0) + ROOM_FOR_A_MESSAGE, seconds)

    from minitorch_shell.command_line.programs import receiver_for
    from minitorch_shell.interpreter.limits import out_of_time
    from minitorch_shell.results.records import Problem

    try:
        child = fork(close_in)
    except OSError as error:
        told = Problem("error", "MT708", f"the system starts no process for it: {error.strerror}")
    else:
        if child == 0:
            return None
        status, in_time = look_after(child, seconds)
        if status >= 0 and in_time:
            return status
        if in_time and -status != signal.SIGXCPU:
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


def look_after(child: int, seconds: float) -> tuple[int, bool]:
    """Wait for the child, at most so long: how it ended (as `Popen.returncode`), and if in time.

    Call it right after `fork`. Ctrl-C is handed on; a child that does not heed it is killed.
    """
    end = time.monotonic() + seconds + GRACE
    ended = select.poll()
    watched = os.pidfd_open(child)
    ended.register(watched, select.POLLIN)
    interrupted = in_time = False
    while True:
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
            in_time = bool(ended.poll(max(0.0, end - time.monotonic()) * 1000))
            break
        except KeyboardInterrupt:
            if not interrupted:
                os.kill(child, signal.SIGINT)
                end = min(end, time.monotonic() + GRACE)
            interrupted = True
    if not in_time:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(watched)
    if interrupted and status < 0:
        raise KeyboardInterrupt
    return status, in_time
