"""F2 takes the corrected line that stands below a faulty one."""

from pathlib import Path

import pytest
from pty_terminal import Terminal

pytestmark = pytest.mark.slow

F2, CTRL_C = "\x1bOQ", "\x03"


def test_the_corrected_line_is_shown_and_taken(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("x = 2")
        for faulty, good, result in (
            ("x++", "x := x + 1", ""),
            ("print 1; y = |x - 9| * 2; y", "print 1; y = abs(x - 9) * 2; y", r"\n12\.0\n"),
            ("print x + xx", "print x + x", r"\n6\.0\n"),
            ("7 // 2", "floor(7 / 2)", r"\n3\.0\n"),
        ):
            shell.press(f"{faulty}\r")
            shell.until(lambda good=good: f"  = F2: {good}" in shell.lines, "the corrected line")
            assert shell.entry.startswith(faulty)
            shell.press(F2)
            shell.gone("= F2")
            assert shell.cursor_line.startswith(f"mt> {good}"), "taken, and not run yet"
            shell.press("\r")
            if result:
                shell.see(result)
            shell.ready()


def test_a_text_of_several_lines_is_mended_in_its_place(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.paste("x = 1\nfor k in range(3):\n    x := x + 2\nprint x")
        shell.press("\r")
        shell.see("a block stands in braces")
        shell.press(F2)
        shell.see(r"mt> x = 1\n\.\.\. for k in range\(3\) \{\n\.\.\.     x := x \+ 2\n\.\.\. \}\n")
        shell.press("\x1b>\r")
        shell.see(r"\n7\.0\n")
        shell.ready()


def test_f2_does_nothing_where_nothing_is_shown(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.press(F2 + "print 1 +* 2\r")
        shell.see("a value is missing between")
        assert "F2" not in shell.text
        shell.press(F2)
        shell.press(CTRL_C)
        shell.ready()
        shell.press("x +" + F2 + " 1")
        shell.until(lambda: shell.cursor_line == "mt> x + 1", "the line as it was typed")
        shell.press(CTRL_C)
        shell.ready()
        shell.press("x++\r")
        shell.see("= F2: x := x")
        shell.press("\x7f" + F2)  # the text has changed: it is no more what is shown
        shell.gone("= F2")
        shell.press("z")
        shell.until(lambda: "z" in shell.cursor_line, "the changed line")
        assert ":=" not in shell.cursor_line
        shell.press(CTRL_C)
        shell.ready()


def test_x_plus_plus_does_not_wait_for_more(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("x = 2")
        for faulty in ("x++", "x--"):
            shell.press(f"{faulty}\r")
            shell.see(r"there is no `(\+\+|--)` operator")
            assert "..." not in shell.lines
            shell.press(CTRL_C)
            shell.ready()


def test_vi_and_the_help_on_keys(tmp_path: Path) -> None:
    with Terminal(tmp_path, "--vi") as shell:
        shell.ready()
        shell.press("x = 7 // 2\r")
        shell.see(r"= F2: x = floor\(7 / 2\)")
        shell.press(F2)
        shell.gone("= F2")
        shell.press("\r")
        shell.ready()
        shell.run("help keys")
        shell.see("F2 +take the corrected line")
