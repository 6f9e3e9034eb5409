"""Ctrl-C at any moment of a run ends it with status 130, without a word of Python's.

The signal comes before one call after the other of all that a run does, the imports included.
"""

import subprocess
import sys

import pytest
from command import ROOT, clean_environment, python
from strike import STRIKE

FAR = 100_000_000
PROGRAM = (
    "x = 2; y = x^2; backward y; net = linear(2,3) relu linear(3,1); train xor epochs=2; print 7"
)


def struck(at: int, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", STRIKE, *options, "-c", PROGRAM, str(at)],
        capture_output=True, text=True, check=False, timeout=60, cwd=ROOT,
        env=clean_environment(),
    )  # fmt: skip


def calls(*options: str) -> tuple[int, str]:
    """How many calls a run takes, and what it writes."""
    done = struck(FAR, *options)
    assert done.returncode == 0, done.stderr
    told, _, left = done.stdout.rpartition("left ")
    return FAR - int(left), told


def check(at: int, told: str, *options: str) -> None:
    done = struck(at, *options)
    assert done.stderr == "", (at, done.stderr)
    if done.returncode == 0:  # it came when all was done
        assert done.stdout.rpartition("left ")[0] == told
    else:
        assert done.returncode == 130, (at, done.stdout)


@pytest.mark.slow
def test_an_interrupt_at_any_moment() -> None:
    count, told = calls()
    assert count > 10_000
    for share in range(20):
        check(20 + (count - 20) * share // 20, told)


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("option", ["", "--safe", "--format=json", "--check", "--test"])
def test_an_interrupt_at_every_moment(option: str) -> None:
    options = option.split()
    count, told = calls(*options)
    for at in range(20, count, count // 200):
        check(at, told, *options)


# While Python itself ends, its handlers of signals are gone, and it would die of the signal.
AFTERWARDS = """
import signal, sys
from minitorch_shell.__main__ import main
status = main()
print(status, signal.getsignal(signal.SIGINT).name)
"""


def test_an_interrupt_when_all_is_done_is_ignored() -> None:
    done = python(AFTERWARDS, "-c", "print 7")
    assert (done.stdout, done.stderr) == ("7.0\n0 SIG_IGN\n", "")
