"""Errors and notes: every code has a program that gives it, and the message is what it should be.

`MINITORCH_GOLDEN=write pytest tests/problems/test_problems.py` writes the messages anew; read them.
"""

import os
import re
from pathlib import Path

import pytest
from command import ROOT, minitorch
from problem_programs import FOLDER, PROGRAMS, limits_of, options_of, problems_in, text_of

from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.catalogue.errors import CLASSES, entries, entry, reference_page
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Problem

# Faults of the program itself have no small program that shows them.
WITHOUT_A_PROGRAM = {"MT708", "MT900"}
# No error of the text: only running it, or running it with options, shows these.
FROM_THE_COMMAND_LINE = (
    "MT108-number-before-name", "MT201-typing-slip", "MT301-widths", "MT317-log-of-negative",
    "MT606-safe-writes", "MT203-not-on-every-path",
)  # fmt: skip


def codes_in_sources():
    files = [*ROOT.glob("grammar/**/*.py"), *ROOT.glob("minitorch_shell/**/*.py")]
    used = [file for file in files if file.name != "error_entries.py"]
    return {code for file in used for code in re.findall(r"\"(MT\d{3})\"", file.read_text("utf-8"))}


def ids(programs):
    return [program.stem for program in programs]


def test_the_catalogue_has_exactly_the_codes_that_are_used():
    listed = [row.code for row in entries()]
    assert listed == sorted(set(listed))
    assert set(listed) == codes_in_sources()
    assert all(row.title and row.explanation and row.code[:3] in CLASSES for row in entries())


def test_every_code_has_a_program():
    shown = {program.stem[:5] for program in PROGRAMS}
    assert {row.code for row in entries()} - shown == WITHOUT_A_PROGRAM
    assert len(PROGRAMS) >= 60


@pytest.mark.parametrize("program", PROGRAMS, ids=ids(PROGRAMS))
def test_the_message(program):
    problems = problems_in(program)
    assert program.stem[:5] in [problem.code for problem in problems]
    text = text_of(problems)
    golden = program.with_suffix(".txt")
    if os.environ.get("MINITORCH_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert wherever_it_was(text) == wherever_it_was(golden.read_text(encoding="utf-8"))
    assert str(ROOT) not in text
    assert not re.search(r"Token\(|Expected one of|Traceback|\b_?[A-Z]{4,}_[A-Z]+|__anon", text)
    for problem in problems:
        says_where_and_what_to_do(problem)
        assert problem.fix is None or leads_further(problem, program)


def wherever_it_was(text):
    """Time may run out at any part of a line: the column and the mark of MT706 are left out."""
    if "MT706" not in text:
        return text
    return re.sub(r"(?m)(?<=mt:\d:)\d+$|^  │ *\^+(?= stopped)", "", text)


def test_every_message_has_its_program():
    assert {file.stem for file in FOLDER.glob("MT*.txt")} == {file.stem for file in PROGRAMS}


def says_where_and_what_to_do(problem):
    if problem.severity == "error":
        assert problem.place is not None
        assert problem.help, f"{problem.code} leaves the reader without advice"
    assert problem.message


def leads_further(problem, program):
    """Whether the proposed fix, once made, takes the problem away."""
    at = problem.fix.place
    lines = program.read_text(encoding="utf-8").split("\n")
    line = lines[at.line - 1]
    end = at.column - 1 + at.length
    lines[at.line - 1] = line[: at.column - 1] + problem.fix.text + line[end:]
    mended = Source(program.name, "\n".join(lines))
    parse(mended)
    return (problem.code, problem.place) not in [(p.code, p.place) for p in problems_of(mended)]


@pytest.mark.parametrize("program", PROGRAMS, ids=ids(PROGRAMS))
def test_a_check_reports_what_is_static(program):
    """What stops a program before its first statement is found without running it."""
    source = Source(program.name, program.read_text(encoding="utf-8"))
    static = problems_of(source, strict=False)
    if program.stem[:3] == "MT1":
        assert program.stem[:5] in [problem.code for problem in static]
    if static:
        assert text_of(static) == program.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("name", FROM_THE_COMMAND_LINE)
def test_the_command_line_prints_the_same(name):
    program = FOLDER / f"{name}.mt"
    done = minitorch(*options_of(program), program.name, cwd=FOLDER)
    golden = program.with_suffix(".txt").read_text(encoding="utf-8")
    output = done.stdout if "--check" in options_of(program) else done.stderr
    assert golden in (output, done.stderr)
    assert done.returncode == ("error[" in golden)


def problems_of_text(text: str, folder: Path) -> list[Problem]:
    results = []
    interpreter = Interpreter(results.append)
    before = os.getcwd()
    os.chdir(folder)
    try:
        with limits_of(["--max-seconds=10"]).watching():
            interpreter.run(Source("example.mt", text))
    finally:
        os.chdir(before)
    return [result for result in results if isinstance(result, Problem)]


@pytest.mark.parametrize("row", [row for row in entries() if row.wrong], ids=lambda row: row.code)
def test_the_wrong_example_of_the_catalogue_gives_its_code(row, tmp_path):
    if row.code == "MT203":
        assert "MT203" in [p.code for p in problems_of(Source("example.mt", row.wrong))]
        return
    assert row.code in [problem.code for problem in problems_of_text(row.wrong, tmp_path)]


@pytest.mark.parametrize("row", [row for row in entries() if row.right], ids=lambda row: row.code)
def test_the_right_example_of_the_catalogue_runs(row, tmp_path):
    problems = problems_of_text(row.right, tmp_path)
    assert [p.code for p in problems if p.severity == "error" or p.code == row.code] == []


def test_an_entry_is_found_however_it_is_written():
    assert entry("mt203") == entry("MT203")
    assert entry("MT999") is None


def test_the_reference_page_is_the_catalogue():
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == reference_page()


def test_several_errors_are_told_in_one_go():
    text = "print aa\nnet = linear(5,4) relu linear(3,1)\ntrain majority epoch=3\nprint log(1,2)"
    assert [problem.code for problem in problems_of(Source("t.mt", text))] == [
        "MT201", "MT301", "MT205", "MT204",
    ]  # fmt: skip


def test_a_text_that_is_no_program_has_one_problem():
    (problem,) = problems_of(Source("t.mt", "x = (1"))
    assert problem.code.startswith("MT1")
    with pytest.raises(SyntaxProblem):
        parse(Source("t.mt", "x = (1\ny = ]"))
