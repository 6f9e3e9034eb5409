"""The input line in a real terminal: menu, suggestions, errors, previews, several lines."""

from pathlib import Path

import pytest
from pty_terminal import Terminal

pytestmark = pytest.mark.slow

UP, RIGHT, F1, TAB, ESCAPE = "\x1b[A", "\x1b[C", "\x1bOP", "\t", "\x1b"
CTRL_C, CTRL_R, ALT_ENTER = "\x03", "\x12", "\x1b\r"


def test_menu_suggestion_and_search(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("net = linear(2,3) relu linear(3,1)")
        shell.press("train net on moo" + TAB)
        shell.see(r"mt> train net on moons")
        shell.press(" epochs=5 optimizer=")
        shell.see(r"sgd +stochastic gradient descent")
        shell.see(r"adam +Adam: steps of about lr")
        shell.press(TAB)
        shell.see(r"optimizer=sgd")
        shell.press("\r")  # takes the choice, does not run yet
        shell.gone(r"momentum  ")
        assert shell.cursor_line == "mt> train net on moons epochs=5 optimizer=sgd"
        shell.press("\r")
        shell.see("trained net on moons: 5 epochs")
        shell.ready()

        shell.press("net =")
        whole = "net = linear(2,3) relu linear(3,1)"
        shell.until(lambda: shell.cursor_line == f"mt> {whole}", "the suggestion")
        row = shell.screen.cursor.y
        assert shell.screen.buffer[row][4].fg == "default"
        assert shell.screen.buffer[row][15].fg != "default"  # grey, not typed yet
        shell.press(RIGHT)
        shell.until(lambda: shell.screen.cursor.x > 30, "the suggestion being taken")
        shell.press(CTRL_C)
        shell.ready()

        shell.press(CTRL_R + "moons")
        shell.see(r"mt> train net on moons epochs=5")
        shell.press("\r")
        shell.press("\r")
        shell.until(lambda: shell.text.count("trained net on moons: 5") == 2, "the second run")


def test_search_finds_a_text_of_several_lines(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.paste("total = 0\nrepeat 2 {\n    total += 21\n}\nprint total\n")
        shell.see(r"\n42\.0\n")
        shell.ready()
        shell.press(CTRL_R + "21")
        shell.see(r"mt> total = 0\n\.\.\. repeat 2 \{\n\.\.\.     total \+= 21\n(.*\n)*I-search")
        shell.press("\r")
        shell.gone("I-search")
        shell.press("\r")
        shell.until(lambda: shell.text.count("\n42.0\n") == 2, "the second run")


def test_an_error_found_before_running_marks_its_place(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("x = 2")
        shell.press("y = 3; print y + xx\r")
        shell.see(r"mt> y = 3; print y \+ xx\nerror\[MT201\]: there is no `xx` here")
        shell.see(r"help: did you mean `x`\?")
        assert shell.screen.cursor.x == len("mt> y = 3; print y + ")
        shell.press("\x1b[3~")  # delete
        shell.gone("error")
        shell.press("\r")
        shell.see(r"\n5\.0\n")
        shell.ready()
        shell.run("vars")
        assert "xx" not in shell.text.rpartition("vars")[2]


def test_a_faulty_line_says_that_it_was_not_run_and_is_kept(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("x = 2")
        shell.press("weights(nett)\r")
        shell.see(r"\(not run: mend the line, or Ctrl-C drops it\)")
        shell.press(CTRL_C)
        shell.ready()
        shell.press(UP)
        shell.until(lambda: shell.cursor_line == "mt> weights(nett)", "the dropped line")
        shell.press(UP)
        shell.until(lambda: shell.cursor_line == "mt> x = 2", "the line before")


def test_an_empty_line_ends_an_unfinished_text(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.press("y = \r")
        shell.until(lambda: shell.cursor_line == "...", "more to come")
        shell.press("\r")
        shell.see(r"error\[MT1\d\d\]")
        shell.press(CTRL_C)
        shell.ready()
        shell.press("sin(1\r\r")
        shell.see(r"this `\(` is not closed")


def test_lines_typed_ahead_do_not_end_up_in_a_faulty_one(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.press("x = 2\ry = x + xx\rz = 5\rz + x\r")  # as when pasted into a plain terminal
        shell.see(r"mt> y = x \+ xx\nerror\[MT201\]: there is no `xx` here\n")
        shell.see(r"4 │ y = x \+ xx|1 │ y = x \+ xx")
        shell.see(r"mt> z \+ x\n7\.0\n")
        shell.ready()
        shell.run("vars")
        assert "y  " not in shell.text.rpartition("vars")[2]


def test_several_lines(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.press("repeat 2 {\r")
        shell.until(lambda: shell.cursor_line == "..." and shell.screen.cursor.x == 8, "indent")
        shell.press("if true {\r")
        shell.until(lambda: shell.screen.cursor.x == 12, "two steps")
        shell.press("print 7\r}")
        shell.until(lambda: shell.cursor_line == "...     }", "one step out")
        shell.press("\r}\r")
        shell.ready()
        assert "\n7.0\n7.0\n" in shell.text
        shell.press("a = 1" + ALT_ENTER)
        shell.until(lambda: shell.cursor_line == "...", "a new line")
        shell.press("a + 1\r")
        shell.ready()
        assert "\n2.0\n" in shell.text


def test_matching_brackets_are_marked(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.type("sum([1, 2])")
        shell.press("\x1b[D")
        row = shell.screen.cursor.y
        shell.until(lambda: shell.screen.buffer[row][7].underscore, "the marked bracket")
        assert not shell.screen.buffer[row][8].underscore


def test_brackets_and_a_selection_are_marked_over_several_lines(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.press("x = [1,\r2,\r3]")
        shell.until(lambda: shell.cursor_line.endswith("3]"), "the third line")
        row = shell.screen.cursor.y
        shell.until(lambda: shell.screen.buffer[row - 2][8].underscore, "the opening bracket")
        shell.press("\x1b[D\x1b[D")  # away from the bracket
        shell.until(lambda: not shell.screen.buffer[row - 2][8].underscore, "no mark")
        shell.press("\x1b[1;2A")  # shift and up: select
        shell.until(lambda: shell.screen.buffer[row - 1][8].reverse, "the selection")


def test_a_long_text_leaves_a_part_of_a_high_screen(tmp_path: Path) -> None:
    with Terminal(tmp_path, rows=48) as shell:
        shell.ready()
        shell.run("x = 7; x")
        shell.paste("".join(f"y{n} = {n}\n" for n in range(60)) + "z = ")
        shell.see(r"\.\.\. z =")
        assert "\n7.0\n" in shell.text  # what was there before
        assert sum(line.startswith("... ") for line in shell.lines) == 48 * 2 // 3
        assert "... y59 = 59" in shell.lines
        shell.press("60\r")
        shell.ready()
        assert "\n7.0\n" in shell.scrolled
        shell.run("y7 + z")
        assert "\n67.0\n" in shell.text


def test_preview_and_bar(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("x = 2; y = 3")
        shell.see(r"seed \d+ · 2 names")
        shell.press("x*y + y")
        shell.see(r"mt> x\*y \+ y +9\.0")
        shell.press(CTRL_C)
        shell.ready()
        shell.run("set preview=off")
        shell.press("moons(")
        shell.see(r"moons\(n=100, noise=0\.1, labels=binary\)")
        shell.press(CTRL_C)
        shell.ready()
        shell.press("x*y + 1")
        shell.see(r"mt> x\*y \+ 1")
        assert "7.0" not in shell.text


def test_help_at_hand(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("softplus?")
        shell.see("a smooth relu")
        shell.press("y = sigmoid" + F1)
        shell.see(r"1 / \(1 \+ exp\(-x\)\)")
        shell.until(lambda: shell.cursor_line.startswith("mt> y = sigmoid"), "the line again")
        shell.press(CTRL_C)
        shell.ready()
        shell.type("train ")
        shell.press(F1)
        shell.see("fit a network to data")


def test_unusual_input_is_survived(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        for number, odd in enumerate(ODD):
            survive(shell, odd, f"#{number}")
        shell.run("θ + 1")
        assert "\n3.0\n" in shell.text
        shell.press("exit\r")
        assert shell.ended() == 0


ODD = ("θ = 2", 'print "日本語"', "((((", "}}}", "\x1b[99~x?!", '"', "e\u0301 = 1", "\x00\x1c")


def survive(shell: Terminal, odd: str, mark: str) -> None:
    """Run a line with a comment that marks it; clear it when it does not run."""

    def after() -> str:
        return shell.text.partition(mark)[2]

    shell.press(f"{odd} {mark}")
    shell.see(mark)
    shell.press("\r")
    shell.until(lambda: any(word in after() for word in ("error", "mt>", "...")), "an answer")
    if "mt>" not in after():
        shell.press(CTRL_C)
    shell.ready()
