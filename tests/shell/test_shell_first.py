"""The shell in a real terminal: the main job, typed."""

from pathlib import Path

from pty_terminal import Terminal

UP, CTRL_C = "\x1b[A", "\x03"


def test_three_lines_history_and_ctrl_c(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("x = 2; y = 3; z = x*y + y; backward z; grad x")
        assert "\n3.0\n" in shell.text
        shell.run("net = linear(5,4) relu linear(4,1)")
        assert shell.colour_at(r"linear\(5") != "default"
        assert shell.colour_at(r"net = ") == "default"
        shell.run("train majority epochs=500 lr=1e-6")
        shell.see(r"trained net on majority: 500 epochs, loss 0\.\d+ → 0\.\d+ \(mse\), accuracy")
        shell.see("the learning rate 1e-06 is too small")

        shell.press(UP)
        shell.until(lambda: shell.cursor_line == "mt> train majority epochs=500 lr=1e-6", "train")
        shell.press(UP)
        shell.until(lambda: shell.cursor_line == "mt> net = linear(5,4) relu linear(4,1)", "net")
        shell.press(CTRL_C)
        shell.ready()
        shell.run("1 + 1")
        assert "\n2.0\n" in shell.text
        assert shell.leave() == 0


def test_an_open_bracket_asks_for_more(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.press("repeat 2 {\r")
        shell.see(r"mt> repeat 2 \{\n\.\.\.")
        shell.press("print 5\r}\r")
        shell.ready()
        assert "\n5.0\n5.0\n" in shell.text
