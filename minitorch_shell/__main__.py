"""`python -m minitorch_shell` and the `minitorch` command."""

import gc
import os
import signal
import sys

INTERRUPTED = 130


def main() -> int:
    """Run the command line; returns the exit status.

    Ctrl-C ends the program with status 130 at any moment. While something runs that is the affair
    of `run`; before and after there is nothing that would have to be put in order.
    """
    heeded = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    if heeded:
        signal.signal(signal.SIGINT, _leave)
    _forget_current_folder()
    gc.disable()  # what imports make is there to stay; `run` turns the collector on again
    from minitorch_shell.command_line.cli import run

    status = begun = 0
    while True:
        try:
            if not begun:
                begun = 1
                status = run(sys.argv[1:], apart=True)
            if heeded:  # all is done; Python would die of one while it ends
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            break
        except KeyboardInterrupt:  # while `run` ended, or dealt with an earlier one
            status = INTERRUPTED
    gc.freeze()  # the process ends: nobody need look through what there is for cycles
    return status


def _leave(number: int, frame: object) -> None:
    os._exit(INTERRUPTED)


def _forget_current_folder() -> None:
    """Take the current folder off the import path, unless this package itself lies there.

    `python -m` puts it first, and a student's folder may hold an engine.py or a random.py.
    """
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        current = os.getcwd()
    except OSError:  # it was deleted
        current = ""
    if current != home:
        sys.path[:] = [entry for entry in sys.path if entry not in ("", current)]


if __name__ == "__main__":
    sys.exit(main())
