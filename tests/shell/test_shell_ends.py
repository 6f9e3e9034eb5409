"""However the shell ends, the terminal is as it was before."""

import signal
import termios
from pathlib import Path

import pytest
from pty_terminal import Terminal

pytestmark = pytest.mark.slow

MOMENTS = {
    "at the prompt": "",
    "in the midst of a text": "f(x) = [x,",
    "with a menu": "tra",
    "while something runs": "while true { }\r",
    "while a network trains": "net = linear(2,1); train net on xor epochs=100000000\r",
}


def modes(shell: Terminal) -> tuple[bool, ...]:
    """What makes a terminal usable: echo, lines, signals of keys, line ends."""
    settings = termios.tcgetattr(shell.child.child_fd)
    wanted = (termios.ECHO, termios.ICANON, termios.ISIG)
    return (*[bool(settings[3] & flag) for flag in wanted], bool(settings[0] & termios.ICRNL))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
@pytest.mark.parametrize("keys", MOMENTS.values(), ids=MOMENTS)
def test_a_signal_leaves_the_terminal_whole(tmp_path: Path, keys: str, number: int) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.press(keys)
        if keys.endswith("\r"):
            shell.until(lambda: b"\x1b[?2004l" in shell.received, "that something runs")
        elif keys:
            shell.see(r"mt> \S")
        shell.child.kill(number)
        shell.ended()
        assert shell.child.signalstatus == number
        assert modes(shell) == (True, True, True, True)
        assert b"Traceback" not in shell.received + (shell.child.before or b"")


def test_leaving_in_order_does_too(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        assert shell.leave() == 0
        assert modes(shell) == (True, True, True, True)


def test_a_terminal_that_is_gone_ends_it_in_silence(tmp_path: Path) -> None:
    with Terminal(tmp_path, TMPDIR=str(tmp_path)) as shell:
        shell.ready()
        shell.run("x = 1")
        shell.child.ptyproc.fileobj.close()  # the window is closed
        shell.child.closed = shell.child.ptyproc.closed = True
        shell.child.wait()
    assert shell.child.signalstatus == signal.SIGHUP
    assert not list(tmp_path.glob("minitorch-bug*"))
    with Terminal(tmp_path, "--recover") as shell:
        shell.ready()
        assert "bringing back 1 statement" in shell.text
