"""Strings and sources with control characters command no terminal; cut excerpts show the cut."""

import json
from pathlib import Path

import pytest

from minitorch_shell.command_line.cli import run
from minitorch_shell.rendering.problems import problem_lines
from minitorch_shell.rendering.style import Style
from minitorch_shell.results.records import Place, Problem

ALLOWED = "\t\n"
EVIL = "\x1b[31m\r\x07\x7f\x9b"


def controls(text: str) -> str:
    """The characters of a text that may command a terminal."""
    return "".join(c for c in text if (c < " " or "\x7f" <= c < "\xa0") and c not in ALLOWED)


@pytest.mark.parametrize(
    "program",
    [
        f'print "{EVIL}", ["{EVIL}"]',
        f'"{EVIL}"',
        f'x = "{EVIL}" + 1',
        f'assert 1 == 2, "{EVIL}"',
        f'x = load("{EVIL}")',
        f'import "{EVIL}.mt"',
        f'name = "{EVIL}"; vars; show name',
        f"x = 1 {EVIL} 2",
        f"# {EVIL}\ny",
        f"1 #= {EVIL}",
    ],
)
@pytest.mark.parametrize("mode", [[], ["--test"]])
def test_no_control_character_comes_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, program: str, mode: list[str]
) -> None:
    file = tmp_path / f"{EVIL}.mt"
    file.write_text(program, newline="")
    run([*mode, "--color=never", str(file)])
    out, err = capsys.readouterr()
    assert out or err
    assert controls(out + err) == ""


def test_what_stands_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    run(["-c", 'print "a\x1b[1mb\tc\\nd\re"'])
    assert capsys.readouterr().out == "a\\x1b[1mb\tc\nd\\x0de\n"


def test_json_has_them_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--format=json", "-c", f'print "{EVIL}"'])
    out = capsys.readouterr().out
    assert controls(out) == ""
    assert json.loads(out)["data"]["items"] == [EVIL]


LINE = "".join(f"{number:03}," for number in range(100))


@pytest.mark.parametrize("columns", [None, 40, 80])
@pytest.mark.parametrize("dots", ["…", "..."])
@pytest.mark.parametrize("column", [1, 5, 81, 201, 390, 398])
def test_a_cut_is_marked_and_carets_stay(columns: int | None, dots: str, column: int) -> None:
    style = Style(unicode=dots == "…", columns=columns)
    place = Place("f.mt", 1, column, 3, LINE)
    problem = Problem("error", "MT201", "there is none", place)
    excerpt, carets = problem_lines(problem, style)[3:5]
    shown = excerpt[4:]
    at = carets.index("^")
    assert excerpt[at : at + 3] == LINE[column - 1 : column + 2]
    assert carets.count("^") == 3
    assert columns is None or len(excerpt) <= columns
    first, last = shown.removeprefix(dots), shown.removesuffix(dots)
    assert (first == shown) == LINE.startswith(shown[:8])
    assert (last == shown) == LINE.endswith(shown[-8:])
    assert shown.removeprefix(dots).removesuffix(dots) in LINE
    assert first != shown or last != shown


def test_a_short_line_is_not_cut() -> None:
    place = Place("f.mt", 1, 1, 3, LINE[:100])
    lines = problem_lines(Problem("error", "MT201", "there is none", place), Style())
    assert lines[3] == f"1 │ {LINE[:100]}"
