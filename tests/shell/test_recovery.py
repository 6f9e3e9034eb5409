"""`--recover`: what a shell held when it was killed comes back, and nothing else."""

import random
import re
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from command import minitorch
from pty_terminal import PATIENCE, Terminal

from grammar.source import Source
from minitorch_shell.files.database import FILE, Database
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.shell import logbook as logbook_module
from minitorch_shell.shell.logbook import Logbook

CTRL_C = "\x03"


def database(home: Path) -> Path:
    return home / "state" / "minitorch" / "state.db"


def cut_off(home: Path, *lines: str, arguments: tuple[str, ...] = ()) -> None:
    """A shell that is killed at the prompt after these lines."""
    with Terminal(home, *arguments) as shell:
        shell.ready()
        for line in lines:
            shell.run(line)
        shell.kill()


def recovered(home: Path) -> Terminal:
    shell = Terminal(home, "--recover")
    shell.ready()
    return shell


def answers_to(shell: Terminal, questions: tuple[str, ...]) -> str:
    """What stands on the screen from the first of these lines on."""
    for question in questions:
        shell.run(question)
    return shell.text[shell.text.index(f"mt> {questions[0]}") :].partition("\n\n")[0]


def test_the_state_comes_back_to_the_last_digit(tmp_path: Path) -> None:
    lines = ("x = 2; y = x^3", "backward y", "seed random",
             "net = linear(2,3) tanh linear(3,1)", "train xor epochs=7 batch=2",
             "set digits=17", "f(n) = n*x")  # fmt: skip
    asked = ("[x, grad x, f(5)]", "weights(net[0])", "losses[6]")
    with Terminal(tmp_path, rows=60) as shell:
        shell.ready()
        for line in lines:
            shell.run(line)
        answers = answers_to(shell, asked)
        shell.kill()
    with Terminal(tmp_path, "--recover", rows=60) as shell:
        shell.ready()
        assert re.search(r"bringing back \d+ statements of \d{4}-\d\d-\d\d \d\d:\d\d", shell.text)
        assert answers_to(shell, asked) == answers


@pytest.mark.slow
def test_undo_goes_back_behind_the_cut(tmp_path: Path) -> None:
    cut_off(tmp_path, "a = 1", "b = 2", "a", "c = 3; d = 4", "undo", "del a")
    with recovered(tmp_path) as shell:
        assert "bringing back 5 statements" in shell.text
        shell.run("vars")
        assert re.search(r"\nb .*\nc .*\nmt>", shell.text)
        shell.run("undo")
        shell.run("a + b")
        assert "\n3.0\n" in shell.text


@pytest.mark.slow
def test_what_was_undone_or_redone_is_so_again(tmp_path: Path) -> None:
    cut_off(tmp_path, "a = 1", "b = 2", "c = 3", "undo 3", "redo 2", "e = 5", "undo", "redo")
    with recovered(tmp_path) as shell:
        shell.run("[a, b, e]")
        assert "\n[1.0, 2.0, 5.0]\n" in shell.text
        shell.run("undo 2")
        shell.kill()
    with recovered(tmp_path) as shell:
        shell.run("a")
        assert "bringing back 1 statement " in shell.text
        assert "\n1.0\n" in shell.text


@pytest.mark.slow
def test_what_was_under_way_is_told_and_not_run(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("x = 1")
        shell.press("repeat 1000000000 { x = 2 }\r")
        end = time.monotonic() + PATIENCE
        while "begun" not in outcomes(tmp_path):
            assert time.monotonic() < end
        shell.kill()
    with recovered(tmp_path) as shell:
        assert "not run again, it was under way: repeat 1000000000 { x = 2 }" in shell.text
        shell.run("x")
        assert "\n1.0\n" in shell.text
        shell.kill()
    with recovered(tmp_path) as shell:  # it is told once
        assert "not run again" not in shell.text


def outcomes(home: Path) -> list[str]:
    with sqlite3.connect(database(home)) as connection:
        return [row for (row,) in connection.execute("SELECT outcome FROM statements")]


@pytest.mark.slow
def test_statements_that_failed_or_were_stopped(tmp_path: Path) -> None:
    with Terminal(tmp_path) as shell:
        shell.ready()
        shell.run("xs = [1, 2]")
        shell.run(
            "for k in range(5) { xs = xs + [xs[k + 1]] }"
        )  # fails at the first round or later
        shell.run("n = linear(2,1)")
        shell.press("train n on xor epochs=100000000\r")
        shell.see(r"epoch +[\d,]+")
        shell.press(CTRL_C)
        shell.ready()
        shell.run("y = len(xs)")
        shell.kill()
    with recovered(tmp_path) as shell:
        assert "error" not in shell.text
        assert "not run again, it was stopped: train n on xor epochs=100000000" in shell.text
        shell.run("y")
        assert "\n2\n" in shell.text or "\n3\n" in shell.text


@pytest.mark.slow
def test_files_are_read_again_but_not_written(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "part.mt").write_text("p = 5\n")
    cut_off(tmp_path, 'import "course/part.mt"', "net = linear(1,1)", 'save net to "net.json"',
            'm = load("net.json")')  # fmt: skip
    (tmp_path / "net.json").write_text((tmp_path / "net.json").read_text() + "\n")
    changed = (tmp_path / "net.json").read_text()
    with recovered(tmp_path) as shell:
        shell.run("p + weights(m[0])[0][0] - weights(net[0])[0][0]")
        assert "\n5.0\n" in shell.text
        assert (tmp_path / "net.json").read_text() == changed
        shell.run('save net to "net.json"')  # from now on files are written again
        assert (tmp_path / "net.json").read_text() != changed
        shell.kill()
    (tmp_path / "net.json").unlink()
    with recovered(tmp_path) as shell:
        assert "MT601" in shell.text
        shell.run("p")
        assert "\n5.0\n" in shell.text


@pytest.mark.slow
def test_it_goes_to_the_folder_of_the_session(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "rows.csv").write_text("x,y\n1,2\n3,4\n")
    script = f'cd "{tmp_path / "a"}"; exec "$0" -m minitorch_shell'
    with Terminal(tmp_path, command=("sh", "-c", script, sys.executable)) as shell:
        shell.ready()
        shell.run('data = csv("rows.csv", target="y")')
        shell.kill()
    with recovered(tmp_path) as shell:
        assert ", in ~/a" in shell.text
        shell.run("data")
        assert "2 rows" in shell.text


@pytest.mark.slow
def test_a_session_that_ended_by_itself_does_not_come_back(tmp_path: Path) -> None:
    for way in ("\x04", "exit\r"):
        with Terminal(tmp_path) as shell:
            shell.ready()
            shell.run("x = 1")
            shell.press(way)
            assert shell.ended() == 0
    with recovered(tmp_path) as shell:
        assert "there is no session to bring back" in shell.text
        assert shell.leave() == 0


@pytest.mark.slow
def test_a_new_shell_tells_once_of_what_was_cut_off(tmp_path: Path) -> None:
    with Terminal(tmp_path) as first:
        first.ready()
        first.run("x = 1")
        with Terminal(tmp_path) as second:  # while the first is there, nothing was cut off
            second.ready()
            assert "cut off" not in second.text
            second.run("y = 2")
            first.kill()
            with Terminal(tmp_path) as third:
                third.ready()
                assert "a session of 1 statement was cut off" in third.text.replace("\n", "")
                assert "minitorch --recover" in third.text
                assert third.leave() == 0
            with Terminal(tmp_path) as fourth:
                fourth.ready()
                assert "cut off" not in fourth.text
                assert fourth.leave() == 0
            assert second.leave() == 0
    with recovered(tmp_path) as shell:
        shell.run("x")
        assert "\n1.0\n" in shell.text


@pytest.mark.slow
def test_a_script_before_the_shell_comes_back_too(tmp_path: Path) -> None:
    (tmp_path / "config" / "minitorch").mkdir(parents=True)
    (tmp_path / "config" / "minitorch" / "init.mt").write_text("rate = 0.5\nprint rate\n")
    (tmp_path / "a.mt").write_text("x = 1\ny = 2\nprint x\n")
    cut_off(tmp_path, "rate = 2*rate", "undo", arguments=("-i", "a.mt"))
    with recovered(tmp_path) as shell:
        assert "bringing back 1 statement " in shell.text or "bringing back 2" in shell.text
        shell.run("[x, rate]")
        assert "\n[1.0, 0.5]\n" in shell.text


@pytest.mark.slow
def test_ctrl_c_ends_it_and_keeps_the_session(tmp_path: Path) -> None:
    cut_off(tmp_path, "x = 1", "for k in range(1000000) { x = k }")
    with Terminal(tmp_path, "--recover") as shell:
        shell.see("bringing back 2 statements")
        shell.press(CTRL_C)
        assert shell.ended() == 130
        assert "the session is kept" in shell.text
    with recovered(tmp_path) as shell:
        shell.run("x")
        assert "\n999999\n" in shell.text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--recover", "-c", "1"), "--recover starts the shell, without files or code"),
        (("--recover",), "--recover brings back a session in a terminal"),
    ],
)
def test_it_is_for_the_shell(arguments: tuple[str, ...], told: str) -> None:
    done = minitorch(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


@pytest.mark.slow
def test_the_latest_few_are_kept(tmp_path: Path) -> None:
    for number in range(8):
        cut_off(tmp_path, f"x = {number}")
    with sqlite3.connect(database(tmp_path)) as connection:
        rows = connection.execute("SELECT text FROM statements ORDER BY session").fetchall()
    assert rows == [(f"x = {number}",) for number in range(2, 8)]


def test_what_is_acknowledged_is_flushed_to_the_disk(tmp_path: Path) -> None:
    """SQLite promises that for a commit in WAL mode with synchronous=FULL (2)."""
    interpreter = Interpreter(lambda result: None)
    kept = Database(tmp_path)
    logbook = interpreter.log = Logbook(kept, interpreter.session)
    for number in range(3):
        interpreter.run(Source("<shell>", f"x = {number}"))
        assert kept.rows("PRAGMA synchronous") == [(1,)]
        logbook.acknowledge()
        assert kept.rows("PRAGMA synchronous") == [(2,)]
    assert kept.rows("PRAGMA journal_mode") == [("wal",)]
    assert kept.rows("SELECT outcome FROM statements") == [("done",)] * 3


def test_a_session_beyond_all_measure_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logbook_module, "MOST_TEXT", 1_000)
    interpreter = Interpreter(lambda result: None)
    kept = Database(tmp_path)
    logbook = interpreter.log = Logbook(kept, interpreter.session)
    for _ in range(100):
        interpreter.run(Source("<shell>", f'x = "{"y" * 20}"'))
        logbook.acknowledge()
    assert logbook.full
    assert kept.rows("SELECT COUNT(*) FROM sessions, statements") == [(0,)]


@pytest.mark.campaign
def test_killed_at_any_moment_acknowledged_statements_come_back(tmp_path: Path) -> None:
    for seed in range(200):
        killed_at_a_random_moment(tmp_path / str(seed), random.Random(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_killed_at_some_moments(tmp_path: Path, seed: int) -> None:
    killed_at_a_random_moment(tmp_path, random.Random(seed))


def killed_at_a_random_moment(home: Path, chance: random.Random) -> None:
    """Kill a shell after a random part of what it writes; all that has its prompt comes back."""
    home.mkdir(exist_ok=True)
    acknowledged = 0
    with Terminal(home) as shell:
        shell.ready()
        for number in range(1, chance.randrange(2, 8)):
            shell.run(f"x = {number}; y = x")
            acknowledged = number
        shell.press(f"x = {acknowledged + 1}; y = x\r")
        wanted = len(shell.received) + chance.randrange(1, 400)
        shell.until(lambda: len(shell.received) >= wanted or shell.entry == "", "some output")
        shell.kill()
    with recovered(home) as shell:
        shell.run("[x, y]")
        now, after = f"{float(acknowledged)}", f"{float(acknowledged + 1)}"
        pairs = ([now, now], [after, now], [after, after])
        assert any(f"\n[{x}, {y}]\n" in shell.text for x, y in pairs), shell.text


@pytest.mark.slow
def test_what_follows_an_undo_is_kept_after_a_recovery(tmp_path: Path) -> None:
    cut_off(tmp_path, "a = 1", "b = 2", "c = 3", "undo 2")
    with recovered(tmp_path) as shell:
        for line in ("d = 4", "e = 5", "f = 6"):
            shell.run(line)
        shell.kill()
    with recovered(tmp_path) as shell:
        assert "bringing back 4 statements" in shell.text
        shell.run("[a, d, e, f]")
        assert "\n[1.0, 4.0, 5.0, 6.0]\n" in shell.text


def test_what_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    interpreter = Interpreter(lambda result: None)
    kept = Database(tmp_path)
    logbook = interpreter.log = Logbook(kept, interpreter.session)
    interpreter.run(Source("<shell>", "x = 1"))
    logbook.acknowledge()
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # another shell writes, and does not come to an end
    kept.rows("PRAGMA busy_timeout = 0")
    interpreter.run(Source("<shell>", "y = 2"))
    logbook.acknowledge()
    assert kept.rows("SELECT text FROM statements") == [("x = 1",)]
    other.execute("COMMIT")
    interpreter.run(Source("<shell>", "z = 3"))
    logbook.acknowledge()
    rows = kept.rows("SELECT text, outcome FROM statements ORDER BY number")
    assert rows == [("x = 1", "done"), ("y = 2", "done"), ("z = 3", "done")]
