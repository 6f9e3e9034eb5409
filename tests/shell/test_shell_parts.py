"""The parts of the shell that need no terminal: indentation, live block, bar, settings."""

import re
from pathlib import Path

import pytest

from grammar.source import Source
from minitorch_shell.assist.forms import expectation
from minitorch_shell.assist.indentation import indentation
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.rendering.style import Style
from minitorch_shell.results.records import Collector, Progress
from minitorch_shell.shell.bar import bar_text
from minitorch_shell.shell.config import config_text, read_config
from minitorch_shell.shell.live import block_lines, duration, loss_curve
from minitorch_shell.shell.plain import read_plain
from minitorch_shell.shell.themes import THEMES, theme


@pytest.mark.parametrize(
    ("before", "spaces"),
    [
        ("x = 1", 0),
        ("repeat 3 {", 4),
        ("repeat 3 {\n    if x {", 8),
        ("repeat 3 {\n    if x {\n        y\n    }", 4),
        ("f([(", 4),
        ("x = sum([\n    1,", 4),
        ('print "{"', 0),
        ("x # {", 0),
    ],
)
def test_indentation(before: str, spaces: int) -> None:
    assert indentation(before) == " " * spaces


def progress(epoch: int = 50, losses: int = 50) -> Progress:
    values = [1 / (1 + number) for number in range(losses)]
    return Progress(epoch, 500, values[-1], 0.25, values, 2.0, False)


@pytest.mark.parametrize("width", [20, 39, 60, 79, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_the_live_block_fits(width: int, unicode: bool) -> None:
    lines = block_lines(progress(), width, Style(False, unicode))
    assert all(len(line) <= max(width, 18) for line in lines)
    assert unicode or all(line.isascii() for line in lines)
    assert "epoch 50/500" in lines[0]
    assert "loss 0.02" in lines[1]


def test_the_live_block_says_speed_and_time_left() -> None:
    lines = block_lines(progress(), 79, Style())
    assert len(lines) == 2
    assert lines[1].endswith("25 epochs/s, 18 s left")
    assert lines[0].startswith("━━━─")


def test_the_curve_falls_with_the_loss() -> None:
    curve = loss_curve([1.0, 0.5, 0.25, 0.125], 10)
    assert curve[0] == "█"
    assert curve[-1] == "▁"
    assert len(loss_curve([0.5] * 1_000, 24)) == 24
    assert loss_curve([], 10) == ""
    assert loss_curve([float("nan"), 1.0, float("inf")], 5) == "?▁?"


def test_durations() -> None:
    assert [duration(4.2), duration(125), duration(3725)] == ["4 s", "2:05", "1:02:05"]


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    made = Interpreter(Collector())
    assert made.run(Source("test", "x = 2; f(a) = a^2; net = linear(2,1); losses = [1, 0.5]"))
    return made


def test_the_bar_says_what_is_expected(interpreter: Interpreter) -> None:
    assert expectation(interpreter.session, "y = moons(").startswith("moons(n=100, noise=0.1")
    assert expectation(interpreter.session, "y = moons(n=5, sum(").startswith("sum(xs)")
    assert expectation(interpreter.session, "y = f(") == "f(a) = a^2"
    assert expectation(interpreter.session, "net(") == "net(2 numbers)"
    assert expectation(interpreter.session, "train ").startswith("train net on data")
    assert expectation(interpreter.session, "y = x + ") == ""


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize("before", ["", "moons(", "train x "])
def test_the_bar_fits(interpreter: Interpreter, width: int, before: str) -> None:
    text = "".join(part[1] for part in bar_text(interpreter.session, before, width, unicode=True))
    assert len(text) <= width


def test_the_bar_shows_seed_and_names(interpreter: Interpreter) -> None:
    text = "".join(part[1] for part in bar_text(interpreter.session, "", 80, unicode=False))
    assert re.match(r" seed \d+ \| 3 names", text)
    assert text.isascii()


def test_settings_are_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "light"\ndigits = 4\npreview = false\nkeys = "vi"\n')
    config = read_config(file)
    assert (config.theme, config.digits, config.preview, config.keys) == ("light", 4, False, "vi")
    assert config.warnings == []


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("thme = 'dark'", "unknown setting `thme`; did you mean `theme`?"),
        ("zzz = 1", "unknown setting `zzz`; there are theme, keys, digits, preview"),
        ("digits = 40", "`digits` must be a whole number from 1 to 17"),
        ("digits = true", "`digits` must be a whole number"),
        ("theme = 'pink'", '`theme` must be "dark" or "light" or "mono"'),
        ("theme = ", "Invalid value"),
    ],
)
def test_what_is_wrong_is_told_and_left_out(tmp_path: Path, text: str, warning: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    config = read_config(file)
    assert len(config.warnings) == 1
    assert warning in config.warnings[0]
    assert (config.theme, config.digits, config.preview, config.keys) == ("dark", 6, True, "emacs")


def test_the_generated_file_holds_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(config_text())
    assert read_config(file) == read_config(tmp_path / "missing.toml")


def test_each_theme_is_understood() -> None:
    from prompt_toolkit.styles import Style as PromptStyle

    for name in THEMES:
        PromptStyle.from_dict(theme(name))


def test_plain_reading_goes_on_while_something_is_open() -> None:
    lines = iter(["repeat 2 {", "x", "}", "y = 1"])
    prompts: list[str] = []

    def read(prompt: str) -> str:
        prompts.append(prompt)
        return next(lines)

    assert read_plain("> ", ". ", read) == "repeat 2 {\nx\n}"
    assert read_plain("> ", ". ", read) == "y = 1"
    assert prompts == ["> ", ". ", ". ", "> "]
