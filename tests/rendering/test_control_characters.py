"""Strings and sources with control characters command no terminal; cut excerpts show the cut."""

import json
from pathlib import Path

import pytest
from terminal_text import controls

from minitorch_shell.command_line.cli import run
from minitorch_shell.rendering.problems import problem_lines
from minitorch_shell.rendering.style import Style
from minitorch_shell.results.records import Place, Problem
from minitorch_shell.shell.config import read_config
from minitorch_shell.shell.display import Display
from minitorch_shell.shell.interrupts import Interrupts

TURNING = (
    "\u061c\u200e\u200f\u2028\u2029\u202a\u202d\u202e\u2066\u2068\u2069"  # a line reads otherwise
)
EVIL = "\x1b[31m\r\x07\x7f\x9b\u202e\u2067"


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


@pytest.mark.parametrize("sign", TURNING)
def test_what_turns_a_line_is_shown_for_what_it_is(
    capsys: pytest.CaptureFixture[str], sign: str
) -> None:
    run(["-c", f'print "a{sign}b"'])
    assert capsys.readouterr().out == f"a\\u{ord(sign):04x}b\n"


@pytest.mark.parametrize(
    "argument",
    [f"--{EVIL}", f"--color={EVIL}", f"--format={EVIL}", f"--max-seconds={EVIL}", f"-{EVIL}"],
)
def test_a_wrong_command_line_commands_nothing(
    capsys: pytest.CaptureFixture[str], argument: str
) -> None:
    assert run([argument]) == 2
    out, err = capsys.readouterr()
    assert "minitorch: " in err
    assert controls(out + err) == ""


def test_a_config_commands_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    text = EVIL.encode("unicode_escape").decode().replace("\\x", "\\u00")
    file.write_text(f'"{text}" = 1\ntheme = "{text}"\n')
    display = Display("never", Interrupts())
    warnings = read_config(file).warnings
    assert len(warnings) == 2
    for warning in warnings:
        display.say(f"note: {warning}")
    assert controls(capsys.readouterr().out) == ""


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
