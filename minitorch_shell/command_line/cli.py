"""The command line: which programs to run, and how."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from minitorch_shell.command_line.status import FAILED, FINE, INTERRUPTED, USAGE

if TYPE_CHECKING:
    from minitorch_shell.command_line.programs import Options
    from minitorch_shell.interpreter.interpreter import Interpreter

# Options that take the next argument as their value.
WITH_VALUE = ("--color", "--format", "--max-seconds", "--max-nodes", "--max-output")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        from minitorch_shell.rendering.fitting import visible

        print(f"minitorch: {visible(message)}", file=sys.stderr)
        print("try `minitorch --help`", file=sys.stderr)
        raise SystemExit(USAGE)

    def print_help(self, file: object = None) -> None:
        _say(self.format_help().rstrip())


def _say(text: str) -> None:
    """Print what is no result of a program."""
    from minitorch_shell.rendering.receiver import OutputLost

    try:
        print(text, flush=True)
    except OSError as error:
        raise OutputLost(error) from None


class _Formatter(argparse.HelpFormatter):
    """Its own way to the width of the terminal: argparse asks shutil, for every single option."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    try:
        return int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size(1).columns or 80
    except (OSError, ValueError):
        return 80


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *rest: Any) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            _say(f"minitorch {version('minitorch-shell')}")
        except PackageNotFoundError:
            _say("minitorch, not installed")
        raise SystemExit(FINE)


class _Program(argparse.Action):
    """Files and pieces of code, kept in the order in which they were given."""

    def __call__(
        self, parser: argparse.ArgumentParser, options: argparse.Namespace, text: Any, *rest: Any
    ) -> None:
        kind = "code" if self.option_strings == ["-c"] else "file"
        options.programs = [*options.programs, (kind, text)]


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return number


def _nodes(text: str) -> int:
    return _whole(text, "nodes")


def _bytes(text: str) -> int:
    return _whole(text, "bytes")


def _whole(text: str, unit: str) -> int:
    digits = text.replace("_", "")
    if not digits.isdecimal() or len(digits) > 18 or int(digits) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of {unit}")
    return int(digits)


def parser() -> argparse.ArgumentParser:
    """The options of `minitorch`."""
    made = _Parser(
        prog="minitorch",
        usage="minitorch [options] [file | - | -c CODE] ...",
        description="A small language and a shell for understanding backpropagation.",
        epilog="Without files or code the shell starts, in a terminal; type `help` there. "
        "`-` is standard input. The exit status is 0 when all went well, 1 when a program failed "
        "or something was found, 2 for wrong usage or a missing file, 130 after Ctrl-C.",
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    add = made.add_argument
    made.set_defaults(programs=[])
    add("-c", action=_Program, metavar="CODE", help="run code (repeatable)")
    add("--program", action=_Program, help=argparse.SUPPRESS)
    add("-i", dest="interactive", action="store_true", help="start the shell afterwards")
    add("--check", action="store_true", help="find errors in files without running them")
    add("--test", action="store_true", help="run files, compare what they print with #= lines")
    add("--allow-empty", action="store_true", help="with --test: a file may compare nothing")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colours")
    add("--format", choices=("text", "json"), default="text", help="json: one record a line")
    add(
        "--safe",
        action="store_true",
        help="write no file, read none outside the script's folder; 10 s, 1,000,000 nodes, 1 GiB, "
        "1 MB of output",
    )
    add("--max-seconds", type=_seconds, metavar="N", help="stop after N seconds")
    add("--max-nodes", type=_nodes, metavar="N", help="stop at more than N nodes at one time")
    add("--max-output", type=_bytes, metavar="N", help="stop when it prints more than N bytes")
    add("--no-config", action="store_true", help="the shell without config.toml and init.mt")
    add("--recover", action="store_true", help="the shell as it was when it was cut off")
    add("--generate-config", action="store_true", help="write config.toml with the defaults")
    add("--vi", action="store_true", help="the shell with the keys of vi")
    add("-V", "--version", nargs=0, action=_Version, help="show the version")
    return made


def _in_order(arguments: Sequence[str]) -> list[str]:
    """The arguments in a form that keeps the order of programs.

    `-c` takes the next argument whatever it starts with, so `-c X` becomes `-cX`. A file F becomes
    `--program=F`.
    """
    ordered: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            ordered.extend(f"--program={file}" for file in waiting)
        elif argument == "-c":
            code = next(waiting, None)
            ordered.append(argument if code is None else f"-c{code}" if code else "-c ")
        elif argument in WITH_VALUE:
            value = next(waiting, None)
            ordered.append(argument if value is None else f"{argument}={value}")
        elif argument == "-" or not argument.startswith("-"):
            ordered.append(f"--program={argument}")
        else:
            ordered.append(argument)
    return ordered


def run(arguments: Sequence[str], apart: bool = False) -> int:
    """Run `minitorch` with these arguments; returns the exit status.

    `apart`: under `--safe` in a process of its own, where the system can. It ends here.
    """
    process = os.getpid()
    status = _guarded(arguments, apart)
    if os.getpid() != process:
        sys.stderr.flush()
        os._exit(status)
    return status


def _guarded(arguments: Sequence[str], apart: bool) -> int:
    """Run it; what is raised becomes an exit status and a word on it."""
    from minitorch_shell.rendering.receiver import OutputLost

    try:
        _heed_interrupts()
        try:
            status = _run(arguments, apart)
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else USAGE
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError as error:
            raise OutputLost(error) from None
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except (OutputLost, BrokenPipeError) as lost:
        # The reader went away (`minitorch f.mt | head`): nothing is left to be said.
        if not getattr(lost, "quiet", True):
            print(f"minitorch: cannot write the output: {lost}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # it struck while a class was made
            return INTERRUPTED
        from minitorch_shell.interpreter.interpreter import internal_error
        from minitorch_shell.rendering.problems import problem_lines
        from minitorch_shell.rendering.style import Style

        print("\n".join(problem_lines(internal_error(error), Style())), file=sys.stderr)
        return FAILED


def _heed_interrupts() -> None:
    """From here on Ctrl-C raises KeyboardInterrupt, unless a parent wants it to be ignored.

    One that strikes in a finalizer or a callback of Python's own, which it cannot leave, is raised
    again a moment later; Python would print it and go on.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return
    before = sys.unraisablehook

    def hook(event: Any) -> None:
        if isinstance(event.exc_value, KeyboardInterrupt) and hasattr(signal, "setitimer"):
            signal.signal(signal.SIGVTALRM, signal.default_int_handler)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.001)
        else:
            before(event)

    sys.unraisablehook = hook
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _run(arguments: Sequence[str], apart: bool) -> int:
    made = parser()
    chosen = made.parse_args(_in_order(arguments))
    if chosen.generate_config:
        return _generate_config()
    files = [text for kind, text in chosen.programs if kind == "file"]
    if chosen.check and chosen.test:
        made.error("--check runs nothing and --test runs the files: choose one")
    if (chosen.check or chosen.test) and not chosen.programs:
        made.error(f"{'--check' if chosen.check else '--test'} needs a file")
    if chosen.recover and chosen.programs:
        made.error("--recover starts the shell, without files or code")
    if chosen.allow_empty and not chosen.test:
        made.error("--allow-empty says what --test lets pass")
    if files.count("-") > 1:
        made.error("standard input can be read once")
    if chosen.safe and apart:
        status = _apart(chosen)
        if status is not None:
            return status
    return _dispatch(chosen)


def _apart(chosen: argparse.Namespace) -> int | None:
    """Have a child run it: the exit status; None in the child, and where there is to be none.

    The shell, and a program that is typed at a terminal, need the terminal themselves.
    """
    from minitorch_shell.command_line import apart

    typed = not chosen.programs or ("file", "-") in chosen.programs or chosen.interactive
    if not apart.POSSIBLE or (typed and sys.stdin is not None and sys.stdin.isatty()):
        return None
    each = chosen.check or chosen.test  # has a session, and the time of one, of its own
    return apart.run(chosen.programs, _options(chosen), len(chosen.programs) if each else 1)


def _options(chosen: argparse.Namespace) -> Options:
    from minitorch_shell.command_line.programs import Options
    from minitorch_shell.interpreter.limits import SAFE, Limits

    usual = SAFE if chosen.safe else Limits()
    limits = Limits(
        chosen.max_seconds or usual.seconds,
        chosen.max_nodes or usual.nodes,
        usual.memory,
        chosen.max_output or usual.output,
    )
    return Options(
        chosen.color, chosen.format, chosen.safe, limits, chosen.interactive, chosen.allow_empty
    )


# Graphs have no cycles and vanish by reference counting; looking through them for cycles every
# 700 objects, as Python does by default, would take a good part of the time of a hand-written loop.
COLLECTIONS = (100_000, 50, 50)


def _dispatch(chosen: argparse.Namespace) -> int:
    from minitorch_shell.command_line import script
    from minitorch_shell.command_line.programs import new_interpreter
    from minitorch_shell.rendering.output import Output

    gc.set_threshold(*COLLECTIONS)
    gc.enable()

    options = _options(chosen)
    if chosen.check:
        return script.check_programs(chosen.programs, options)
    if chosen.test:
        from minitorch_shell.command_line.testing import run_files

        return run_files(chosen.programs, options)
    terminal = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    if chosen.recover and not (terminal and options.format == "text"):
        parser().error("--recover brings back a session in a terminal")
    if not chosen.programs and not (terminal and options.format == "text"):
        chosen.programs = [("file", "-")]
    if not chosen.programs:
        interpreter = None
        if options.safe:
            interpreter = new_interpreter(Output(options.color), options, [])
        return _shell(chosen, interpreter)
    if not (chosen.interactive and terminal):
        return script.run_programs(chosen.programs, options)[0]
    status, interpreter = script.run_programs(chosen.programs, options, _log)
    return status if status == USAGE else _shell(chosen, interpreter)


def _log(interpreter: Interpreter) -> None:
    """Have the statements that come before the shell kept like those typed in it."""
    from minitorch_shell.shell.prompt import new_logbook

    interpreter.log = new_logbook(interpreter)


def _shell(chosen: argparse.Namespace, interpreter: Interpreter | None) -> int:
    from minitorch_shell.shell.prompt import start

    return start(
        chosen.color,
        interpreter,
        vi=chosen.vi,
        use_config=not chosen.no_config,
        recover=chosen.recover,
    )


def _generate_config() -> int:
    from minitorch_shell.shell.config import generate_config

    try:
        path, new = generate_config()
    except OSError as error:
        print(f"minitorch: cannot write {error.filename}: {error.strerror}", file=sys.stderr)
        return FAILED
    _say(f"wrote {path}" if new else f"{path} is there already")
    return 0
