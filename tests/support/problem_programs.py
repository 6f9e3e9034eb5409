"""The programs of tests/problems: each shows one error or note, with the message it gives.

The first line may say how it is run: `# run with --check` or `# run with --safe`.
"""

import os
from functools import cache
from pathlib import Path

from grammar.source import Source
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.command_line.programs import run_bounded
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.interpreter.limits import Limits
from minitorch_shell.rendering.receiver import Receiver
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Problem, Result

FOLDER = Path(__file__).resolve().parents[1] / "problems"
PROGRAMS = sorted(FOLDER.glob("MT*.mt"))
PLAIN = Style(False, True)


def options_of(program: Path) -> list[str]:
    """The options of the command line that a program asks for."""
    first = program.read_text(encoding="utf-8").split("\n", 1)[0]
    return first.removeprefix("# run with ").split() if first.startswith("# run with ") else []


class _Kept(Receiver):
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def write(self, result: Result) -> None:
        for line in result_lines(result, PLAIN):
            self.spend(line)
        if isinstance(result, Problem):
            self.problems.append(result)


@cache
def problems_in(program: Path) -> list[Problem]:
    """The errors and notes of a program, run from the folder where it lies."""
    source = Source(program.name, program.read_text(encoding="utf-8"))
    before = os.getcwd()
    os.chdir(FOLDER)
    try:
        if "--check" in options_of(program):
            return problems_of(source, strict=True)
        receive = _Kept()
        interpreter = Interpreter(receive)
        if "--safe" in options_of(program):
            interpreter.session.access.safe_folder = str(FOLDER)
        run_bounded(limits_of(options_of(program)), interpreter, lambda: interpreter.run(source))
        return receive.problems
    finally:
        os.chdir(before)


def limits_of(options: list[str]) -> Limits:
    """The bounds among the options."""
    given = dict(option.removeprefix("--max-").split("=") for option in options if "=" in option)
    seconds, nodes, output = map(given.get, ("seconds", "nodes", "output"))
    return Limits(seconds and float(seconds), nodes and int(nodes), output=output and int(output))


def text_of(problems: list[Problem]) -> str:
    """What stands on stderr."""
    return "".join(f"{line}\n" for problem in problems for line in result_lines(problem, PLAIN))
