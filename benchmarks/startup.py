"""How quick the shell is: start to prompt, one expression, a key. `python -m benchmarks.startup`

The peers run in the same minute on the same machine, in turn, each in a fresh home folder:
ptpython for the prompt, IPython for one expression. Goals: at most 1.3 times ptpython, at most
0.5 times IPython, and a key in a text of 200 lines in less than 10 ms at the 95th percentile.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence

import pexpect

ROUNDS = 9
KEYS = 300
LINES = 200
ROWS, COLUMNS = 40, 100


def environment(home: str) -> dict[str, str]:
    """A plain terminal and an empty home folder."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return kept | {
        "HOME": home,
        "XDG_STATE_HOME": f"{home}/state",
        "XDG_CONFIG_HOME": f"{home}/config",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "IPYTHONDIR": f"{home}/ipython",
    }


def open_terminal(command: Sequence[str], home: str) -> pexpect.spawn[bytes]:
    child = pexpect.spawn(
        command[0], list(command[1:]), env=environment(home), cwd=home,
        dimensions=(ROWS, COLUMNS), timeout=30,
    )  # fmt: skip
    child.delaybeforesend = None
    return child


def prompt_time(command: Sequence[str], prompt: str, home: str) -> float:
    """Seconds from the start of a program to its prompt on the terminal."""
    started = time.perf_counter()
    child = open_terminal(command, home)
    child.expect_exact(prompt)
    seconds = time.perf_counter() - started
    child.close(force=True)
    return seconds


def run_time(command: Sequence[str], home: str) -> float:
    """Seconds that a program takes from start to end."""
    started = time.perf_counter()
    subprocess.run(command, env=environment(home), cwd=home, check=True, capture_output=True)
    return time.perf_counter() - started


def in_turn(measures: Sequence[Callable[[], float]]) -> list[float]:
    """The medians of several measures, taken in turn so that a busy moment hits all of them."""
    for measure in measures:
        measure()  # files into the cache
    taken: list[list[float]] = [[] for _ in measures]
    for _ in range(ROUNDS):
        for measure, values in zip(measures, taken, strict=True):
            values.append(measure())
    return [statistics.median(values) for values in taken]


def key_times(home: str) -> list[float]:
    """Milliseconds from a key to the redrawn screen, at the end of a text of many lines."""
    child = open_terminal([sys.executable, "-m", "minitorch_shell"], home)
    child.expect_exact("mt>")
    text = "".join(f"value_{n} = sum([x^2 for x in [1, 2, {n}]])\n" for n in range(LINES - 1))
    child.send(f"\x1b[200~{text}\x1b[201~".replace("\n\x1b[201~", "\nlast = \x1b[201~"))
    child.expect_exact("last")
    settle(child)
    taken = []
    typed = "mean([value_1, value_2]) + softplus(value_3) * 2 - "
    for number in range(KEYS):
        key = typed[number % len(typed)]
        started = time.perf_counter()
        child.send(key)
        child.read_nonblocking(65_536, 10)
        taken.append((time.perf_counter() - started) * 1_000)
        settle(child)
    child.close(force=True)
    return taken


def settle(child: pexpect.spawn[bytes]) -> None:
    """Read until the program has been quiet for a moment (menus are drawn after the key)."""
    try:
        while True:
            child.read_nonblocking(65_536, 0.03)
    except pexpect.TIMEOUT:
        pass


def tool(name: str) -> str:
    """A program beside this Python, else on the path."""
    beside = os.path.join(os.path.dirname(sys.executable), name)
    return beside if os.path.exists(beside) else shutil.which(name) or name


def compare(what: str, ours: float, peer: str, theirs: float, goal: float) -> None:
    """One line of the report."""
    print(
        f"{what:<20} minitorch {ours * 1e3:4.0f} ms   {peer:<8} {theirs * 1e3:4.0f} ms"
        f"   ratio {ours / theirs:.2f} (goal {goal})"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        ours = [tool("minitorch")]
        shell, peer = in_turn([
            lambda: prompt_time(ours, "mt>", home),
            lambda: prompt_time([tool("ptpython")], ">>>", home),
        ])  # fmt: skip
        compare("start to prompt", shell, "ptpython", peer, 1.3)
        one, other = in_turn([
            lambda: run_time([*ours, "-c", "1+1"], home),
            lambda: run_time([tool("ipython"), "-c", "1+1"], home),
        ])  # fmt: skip
        compare("one expression", one, "ipython", other, 0.5)
        keys = sorted(key_times(home))
        late = keys[int(len(keys) * 0.95)]
        print(f"a key, {LINES} lines       median {statistics.median(keys):.1f} ms"
              f"   95th percentile {late:.1f} ms (goal 10)")  # fmt: skip


if __name__ == "__main__":
    main()
