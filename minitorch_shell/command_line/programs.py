"""Programs as the command line names them, and what it takes to run one under its options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from grammar.source import Source
from minitorch_shell.files.access import folder_of
from minitorch_shell.files.reading import Unreadable, read_source, read_standard_input
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.interpreter.limits import LimitReached, Limits, in_words, out_of_output
from minitorch_shell.rendering.fitting import visible
from minitorch_shell.rendering.output import Output
from minitorch_shell.rendering.receiver import Receiver
from minitorch_shell.results.records import Place, Problem


@dataclass(frozen=True, slots=True)
class Options:
    """How programs are run, whatever they are."""

    color: str = "auto"
    format: str = "text"
    safe: bool = False
    limits: Limits = field(default_factory=Limits)
    interactive: bool = False  # the shell goes on in the same session
    allow_empty: bool = False  # a file in which nothing is compared passes


Program = tuple[str, str]  # "code" and its text, or "file" and its path


def sources_of(
    programs: Iterable[Program], receive: Receiver, options: Options
) -> tuple[list[Source], bool]:
    """What can be read of the programs, and whether that is all; the rest is told."""
    found = [source_of(program, receive, options) for program in programs]
    sources = [source for source in found if source is not None]
    return sources, len(sources) == len(found)


def source_of(program: Program, receive: Receiver, options: Options) -> Source | None:
    """The text of a program; where it cannot be read that is told, as wrong usage is, or as JSON.

    There is no excerpt that a file could be marked in.
    """
    kind, text = program
    if kind == "code":
        return Source("<command>", text)
    code, at = "MT602", None
    seconds = options.limits.seconds
    try:
        with Limits(seconds=seconds).watching():  # a pipe may have no end
            return read_standard_input() if text == "-" else read_source(text)
    except LimitReached as error:
        code, told = error.code, _without_end(text, seconds or 0.0)
    except FileNotFoundError:
        code, told = "MT601", f"there is no file {text}"
    except OSError as error:
        reason = "it is a folder" if isinstance(error, IsADirectoryError) else error.strerror
        told = f"cannot read {text}: {reason}"
    except Unreadable as error:
        told = str(error)
        at = Place(name_of(program), *error.at, 1, "") if error.at else None
    if options.format == "json":
        receive(Problem("error", code, told, at))
    else:
        sys.stdout.flush()  # so that it stands behind what came before it
        print(f"minitorch: {visible(told)}", file=sys.stderr)
    return None


def _without_end(text: str, seconds: float) -> str:
    what = "standard input" if text == "-" else text
    return f"cannot read {what}: it has no end after {in_words(seconds)}"


def name_of(program: Program) -> str:
    """What a program is called in reports, as `Source.name` has it."""
    kind, text = program
    return "<command>" if kind == "code" else "<stdin>" if text == "-" else text


def new_interpreter(receive: Receiver, options: Options, programs: Sequence[Source]) -> Interpreter:
    """An interpreter that keeps to the options; `--safe` allows the folder of the first file."""
    interpreter = Interpreter(receive)
    session = interpreter.session
    receive.where = interpreter.where
    if options.safe:
        files = [source.name for source in programs if not source.name.startswith("<")]
        session.access.safe_folder = folder_of(files[0] if files else "<command>")
    return interpreter


def receiver_for(format: str, color: str) -> Receiver:
    """The receiver of `--format`: text, or a JSON record a line."""
    if format == "json":
        from minitorch_shell.rendering.json import JsonOutput

        return JsonOutput()
    return Output(color)


def goes_back(program: Source) -> bool:
    """Whether a program may undo something; where none does, no record need be kept."""
    return any(word in program.text for word in ("undo", "redo", "history"))


def run_bounded(limits: Limits, interpreter: Interpreter, work: Callable[[], bool]) -> bool:
    """Do some work; going beyond a limit fails with an error that says which."""
    session = interpreter.session
    receive = session.receive
    try:
        with ExitStack() as bounds:
            if limits.output is not None and isinstance(receive, Receiver):
                bounds.enter_context(receive.bounded(limits.output, out_of_output(limits.output)))
            bounds.enter_context(limits.watching())
            return work()
    except (LimitReached, MemoryError) as error:
        receive(limits.problem(error, session.units))
    return False
