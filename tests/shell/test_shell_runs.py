"""What runs in the shell: stopping it, taking it back, pasting, dying, narrow screens."""

import re
import sqlite3
from pathlib import Path

import pytest
from pty_terminal import Terminal

pytestmark = pytest.mark.slow

UP, CTRL_C = "\x1b[A", "\x03"


def test_ctrl_c_in_a_loop_and_in_training(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("k = 0")
        shell.type('while true { k := k + 1; if k > 1000 { print "far"; k := 0 } }')
        shell.press("\r")
        shell.see(r"\nfar\n")
        shell.press(CTRL_C)
        shell.see("stopped")
        shell.ready()

        shell.run("net = linear(5,4) relu linear(4,1)")
        shell.type("train majority epochs=1000000000")
        shell.press("\r")
        shell.see(r"epoch [\d,]+/1,000,000,000")
        shell.see(r"loss .*epochs/s, .* left")
        shell.press(CTRL_C)
        shell.see(r"stopped training net on majority: \d+ epochs?, loss")
        shell.see("net keeps the weights of the last whole epoch")
        shell.ready()
        assert "epochs/s" not in shell.text  # the live block is gone
        shell.run("len(losses) > 0")
        assert "\ntrue\n" in shell.text


def test_undo_after_training_brings_the_weights_back(tmp_path: Path) -> None:
    with Terminal(tmp_path, rows=40) as shell:
        shell.ready()
        shell.run("set digits=17; set preview=off")
        shell.run("net = linear(5,4) relu linear(4,1)")
        shell.run("params(net)")
        before = weights(shell)
        shell.run("train majority epochs=50 lr=0.1")
        shell.run("params(net)")
        assert weights(shell) != before
        shell.run("undo")
        shell.run("params(net)")
        assert weights(shell) == before


def weights(shell: Terminal) -> list[str]:
    """The last list on the screen, with its line breaks taken out."""
    text = "".join(shell.screen.display).rpartition("[")[2]
    found = re.findall(r"-?\d\.\d+(?:e-\d+)?", text.partition("]")[0])
    assert len(found) == 29
    return found


def test_every_prints_its_epochs_beside_the_live_block(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("net = linear(5,4) relu linear(4,1)")
        shell.press("train majority epochs=20 every=10\r")
        shell.see(r"epoch  1/20  loss 0\.\d+\nepoch 10/20  loss .*\nepoch 20/20  loss .*\ntrained")
        shell.ready()
        shell.run("train majority epochs=20")
        assert shell.text.count("epoch 10/20") == 1


def test_undo_passes_over_what_wrote_a_file(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("net = linear(2,1)")
        shell.run('save net to "net.json"')
        shell.run("undo")
        assert "undone: net = linear(2,1)\n" in shell.text
        assert (tmp_path / "net.json").exists()


def test_a_pasted_script_of_500_lines_is_one_block(tmp_path: Path) -> None:
    script = "total = 0\n" + "".join(f"total += {n}\n" for n in range(1, 499)) + "print total\n"
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.paste(script)
        shell.see(r"\n124251\.0\n")
        shell.ready()
        shell.press(UP)
        shell.until(lambda: shell.cursor_line == "... print total", "the block again")
        shell.press(CTRL_C)
        shell.ready()
        assert shell.leave() == 0
    with sqlite3.connect(tmp_path / "state" / "minitorch" / "state.db") as database:
        assert database.execute("SELECT text FROM history").fetchall() == [(script.rstrip(),)]


def test_history_after_kill_9(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("first = 1")
        shell.run("second = 2")
        shell.press("third = ")
        shell.kill()
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.press(UP)
        shell.until(lambda: shell.cursor_line == "mt> second = 2", "the last entry")
        shell.press(UP)
        shell.until(lambda: shell.cursor_line == "mt> first = 1", "the one before")


def test_forty_columns(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=80, RESIZABLE="1") as shell:
        shell.ready()
        shell.resize(40, 24)
        shell.ready()
        shell.run("x = 2")
        shell.press("net = linear(5,4) relu linear(4,4) relu linear(4,1)\r")
        shell.until(lambda: "2 names" in shell.text, "the bar")
        shell.ready()
        shell.type("train majority epochs=30")
        shell.press("\r")
        shell.see("trained net")
        shell.ready()
        shell.press("moons(")
        shell.see(r"moons\(n=100")
        assert max(map(len, shell.lines)) <= 40


def test_words_are_not_cut_on_a_narrow_screen(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=40, rows=60) as shell:
        shell.ready()
        shell.run("net = linear(5,4) relu linear(4,1)")
        shell.run("train majority epochs=30")
        assert "trained net on majority: 30 epochs, loss\n  0." in shell.text
        shell.press("show net\r")
        shell.see(r"29 parameters in all\n")
        assert "     layer        inputs →    parameters\n                  outputs\n" in shell.text
        shell.press("help until\r")
        shell.see("stop at this loss")
        shell.press("long_name = 1; other = 2 + 3 + long_nam + 4 + 5 + 6 + 7\r")
        shell.see(r"error\[MT201\]: there is no `long_nam`\n  here")
        shell.press(CTRL_C)
        shell.ready()
        shell.press("if 1 > 0 { print 1 + 2 + 3 + 4; backward backward_value_missing }\rprint 5\r")
        shell.see(r"\n5\.0\n")
        shell.ready()
        (row,) = (n for n, line in enumerate(shell.lines) if line.startswith("1 │"))
        excerpt, carets, label = shell.lines[row : row + 3]
        assert excerpt[carets.index("^") :].startswith("backward_value_mi")
        assert label.endswith("   not defined")


def test_the_curve_stays_on_the_last_line_and_never_shows_nothing(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=120) as shell:
        shell.ready()
        shell.run("net = linear(5,4) relu linear(4,1) with seed=1")
        shell.run("train majority epochs=30 every=last")
        closing = r"\ntrained net on majority: 30 epochs, .*/32  [▁-█]{10,}\n"
        assert re.search(closing, shell.text), shell.text
        assert "epoch 30/30" not in shell.text
        shell.run("train majority epochs=30 every=never")
        assert shell.text.count("trained net") == 1
