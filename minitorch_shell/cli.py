"""The command line: which programs to run, and where their results go."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

USAGE = 2
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"minitorch: {message}", file=sys.stderr)
        print("try `minitorch --help`", file=sys.stderr)
        raise SystemExit(USAGE)


def _version() -> str:
    try:
        return version("minitorch-shell")
    except PackageNotFoundError:
        return "unknown"


def parser() -> argparse.ArgumentParser:
    """The options of `minitorch`."""
    made = _Parser(
        prog="minitorch",
        description="A small language and a shell for understanding backpropagation.",
        epilog="Without arguments in a terminal the shell starts; type `help` there.",
    )
    made.add_argument("file", nargs="?", help="a script to run; `-` is standard input")
    made.add_argument(
        "-c", dest="code", action="append", metavar="CODE", help="run code (repeatable)"
    )
    made.add_argument(
        "-i", dest="interactive", action="store_true", help="start the shell afterwards"
    )
    made.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours in the output"
    )
    made.add_argument("-V", "--version", action="version", version=f"minitorch {_version()}")
    return made


def _protect_code(arguments: Sequence[str]) -> list[str]:
    """`-c` takes the next argument whatever it starts with: write `-c X` as `-cX`."""
    protected: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            return [*protected, argument, *waiting]
        if argument == "-c":
            code = next(waiting, None)
            protected.append(argument if code is None else f"-c{code}" if code else "-c ")
        else:
            protected.append(argument)
    return protected


def run(arguments: Sequence[str]) -> int:
    """Run `minitorch` with these arguments; returns the exit status."""
    try:
        options = parser().parse_args(_protect_code(arguments))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    try:
        return _dispatch(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`minitorch f.mt | head`): nothing is left to be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _dispatch(options: argparse.Namespace) -> int:
    from minitorch_shell.script import run_programs

    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if options.code is None and options.file is None:
        if terminal:
            from minitorch_shell.shell.prompt import start

            return start(options.color)
        options.file = "-"
    return run_programs(options.code or [], options.file, options.color, options.interactive)
