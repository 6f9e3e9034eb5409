"""The programs of tests/problems: each shows one error or note, with the message it gives.

The first line may say how it is run: `# run with --check` or `# run with --safe`.
"""

import os
from functools import cache
from pathlib import Path

from grammar.source import Source
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.interpreter.limits import LimitReached, Limits
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Problem

FOLDER = Path(__file__).resolve().parents[1] / "problems"
PROGRAMS = sorted(FOLDER.glob("MT*.mt"))
PLAIN = Style(False, True)


def options_of(program: Path) -> list[str]:
    """The options of the command line that a program asks for."""
    first = program.read_text(encoding="utf-8").split("\n", 1)[0]
    return first.removeprefix("# run with ").split() if first.startswith("# run with ") else []


@cache
def problems_in(program: Path) -> list[Problem]:
    """The errors and notes of a program, run from the folder where it lies."""
    source = Source(program.name, program.read_text(encoding="utf-8"))
    before = os.getcwd()
    os.chdir(FOLDER)
    try:
        if "--check" in options_of(program):
            return problems_of(source, strict=True)
        results = []
        interpreter = Interpreter(results.append)
        if "--safe" in options_of(program):
            interpreter.session.access.safe_folder = str(FOLDER)
        limits = limits_of(options_of(program))
        try:
            with limits.watching():
                interpreter.run(source)
        except LimitReached as reached:
            results.append(limits.problem(reached, interpreter.session.units))
        return [result for result in results if isinstance(result, Problem)]
    finally:
        os.chdir(before)


def limits_of(options: list[str]) -> Limits:
    """The bounds among the options."""
    given = dict(option.removeprefix("--max-").split("=") for option in options if "=" in option)
    seconds, nodes = given.get("seconds"), given.get("nodes")
    return Limits(seconds and float(seconds), nodes and int(nodes))


def text_of(problems: list[Problem]) -> str:
    """What stands on stderr."""
    return "".join(f"{line}\n" for problem in problems for line in result_lines(problem, PLAIN))
