"""`python -m minitorch_shell` and the `minitorch` command."""

import gc
import os
import sys


def main() -> int:
    """Run the command line; returns the exit status."""
    _forget_current_folder()
    gc.disable()  # what imports make is there to stay; `run` turns the collector on again
    from minitorch_shell.command_line.cli import run

    status = run(sys.argv[1:])
    gc.freeze()  # the process ends: nobody need look through what there is for cycles
    return status


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
