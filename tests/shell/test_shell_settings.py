"""The shell under other terminals, locales and settings."""

from pathlib import Path

import pytest
from pty_terminal import Terminal

pytestmark = pytest.mark.slow


def configured(home: Path, text: str, first: str = "") -> Path:
    folder = home / "config" / "minitorch"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text)
    if first:
        (folder / "init.mt").write_text(first)
    return home


def test_settings_first_program_and_warnings(tmp_path: Path) -> None:
    home = configured(tmp_path, 'digits = 3\nthme = "dark"\nkeys = "vi"\n', "rate = 1/3\n")
    with Terminal(home) as shell:
        shell.ready()
        assert "unknown setting `thme`" in shell.text.replace("\n", "")
        shell.run("rate")
        assert "\n0.333\n" in shell.text
        shell.press("rate + 1\x1bbx")  # vi: back a word, delete what is there
        shell.until(lambda: shell.cursor_line == "mt> rate  1", "vi's keys")
    with Terminal(home, "--no-config") as shell:
        shell.ready()
        assert "thme" not in shell.text
        shell.run("1/3")
        assert "\n0.333333\n" in shell.text


def test_no_color(tmp_path: Path) -> None:
    with Terminal(tmp_path, NO_COLOR="1") as shell:
        shell.ready()
        shell.run("net = linear(5,4) relu linear(4,1)")
        shell.press("y = xx\r")
        shell.see("error")
        rows = shell.screen.buffer.values()
        assert {cell.fg for row in rows for cell in row.values()} == {"default"}
        assert {cell.bg for row in rows for cell in row.values()} == {"default"}


def test_a_dumb_terminal(tmp_path: Path) -> None:
    with Terminal(tmp_path, TERM="dumb") as shell:
        shell.see(r"mt>")
        assert "`help` explains" in shell.text
        assert "Tab" not in shell.text
        shell.press("x = 2; x^2\r")
        shell.see(r"\n4\.0\n")
        shell.press("y = xx\r")
        shell.see(r"error\[MT201\]")
        shell.until(lambda: shell.text.endswith("\nmt>"), "the prompt")
        shell.press("y\x03")
        shell.see(r"mt> y?\^C\nmt>")
        shell.press("net = linear(5,4) relu linear(4,1); train majority epochs=20\r")
        shell.see("trained net on majority: 20 epochs")
        assert b"\x1b[" not in shell.received


def test_a_locale_without_unicode(tmp_path: Path) -> None:
    with Terminal(tmp_path, PYTHONIOENCODING="ascii", LANG="C") as shell:
        shell.ready()
        shell.run("net = linear(5,4) relu linear(4,1)")
        shell.run("train majority epochs=20")
        shell.see("trained net on majority: 20 epochs, loss .* -> ")
        shell.see(r"seed \d+ \|")
        assert shell.received.isascii()
