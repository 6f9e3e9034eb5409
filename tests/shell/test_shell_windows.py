"""Windows of any size, texts wider and higher than they are, keys pressed at random.

Each session ends with the same question: does the shell still answer, and leave in order?
"""

from pathlib import Path
from random import Random

import pytest
from pty_terminal import Terminal

pytestmark = pytest.mark.slow

CTRL_C, CTRL_U = "\x03", "\x15"
LONG = "total = " + " + ".join(f"value_{k}" for k in range(40))


def still_answers(shell: Terminal) -> None:
    """Whatever happened, a wide window shows the answer to a question, and Ctrl-D leaves."""
    shell.resize(80, 24)
    shell.press(CTRL_C + CTRL_C)
    shell.press("\x1b[201~" + CTRL_C + CTRL_C + CTRL_U)  # of a paste, of a search, of a text
    shell.press("print 20 + 22, 7\r")
    shell.see(r"42\.0 7\.0")
    shell.ready()
    assert b"Traceback" not in shell.received
    assert b"Unhandled exception" not in shell.received
    shell.press("\x04")
    assert shell.ended() == 0


@pytest.mark.parametrize(
    ("columns", "rows"), [(80, 24), (40, 10), (20, 5), (12, 3), (8, 2), (3, 1)]
)
def test_a_text_wider_and_higher_than_the_window(tmp_path: Path, columns: int, rows: int) -> None:
    with Terminal(tmp_path, columns=columns, rows=rows, RESIZABLE="1") as shell:
        shell.until(lambda: b"Ctrl-D" in shell.received, "the banner")
        shell.paste(LONG)
        shell.press("\x1b[D" * 60 + "x" + "\x01" + "y" + "\x05")
        shell.press(CTRL_C)
        shell.paste("\n".join([LONG] * 30))
        shell.press("\x1b[A" * 40 + "\x1b[B" * 20)
        still_answers(shell)


def test_a_window_that_changes_its_size(tmp_path: Path) -> None:
    with Terminal(tmp_path, RESIZABLE="1") as shell:
        shell.ready()
        shell.paste(f"f(x) = x^2\n{LONG}")
        for columns, rows in ((40, 10), (1, 1), (200, 50), (2, 30), (100, 1), (5, 5)):
            shell.resize(columns, rows)
            shell.press("a\x1b[A")
        still_answers(shell)


KEYS = [
    "\r", "\t", " ", "x", "=", "(", ")", "[", "{", "}", "net", "train ", "linear(", '"', "#", "1.5",
    "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b", "\x1b\r", "\x1bOP", "\x7f", "\x1b[3~", "\x01",
    "\x05", "\x0b", "\x15", "\x17", "\x12", "\x07", "\x0c", "\x03", "\x1b[H", "\x1b[F", "\x1b\x7f",
    "\x1b[1;5C", "\x1b[1;5D", "\x1b[5~", "\x1b[6~", "\x00", "\x19", "\x1f", "ü", "日本", "e\u0301",
    "\x1b[Z", "\x1b[24~", "\x1b[200~" + LONG + "\x1b[201~", "\x1b[200~a\nb\n\x1b[201~", "\x1bu",
]  # fmt: skip


def random_session(home: Path, seed: int) -> None:
    """A hundred keys, pastes and resizes."""
    random = Random(seed)
    size = random.choice([(80, 24), (40, 8), (17, 4), (9, 2), (120, 40)])
    with Terminal(home, columns=size[0], rows=size[1], RESIZABLE="1") as shell:
        shell.until(lambda: b"Ctrl-D" in shell.received, "the banner")
        for _ in range(100):
            if random.random() < 0.06:
                shell.resize(random.randint(1, 130), random.randint(1, 45))
            shell.press(random.choice(KEYS))
        still_answers(shell)


@pytest.mark.parametrize("seed", [0, 1, 2, 121])
def test_random_keys(tmp_path: Path, seed: int) -> None:
    random_session(tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("seed", range(100, 180))
def test_random_keys_at_length(tmp_path: Path, seed: int) -> None:
    random_session(tmp_path, seed)
