"""Embedding: the examples of docs/embedding.md run, with nothing but the standard library."""

import re
import subprocess
import sys
import threading

import pytest
from command import ROOT, clean_environment

from minitorch_shell.interpreter import Collector, Interpreter, Source
from minitorch_shell.results.records import Problem, Progress, TrainingReport, Value

PAGE = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
PROSE = re.sub(r"```python\n.*?```", "", PAGE, flags=re.DOTALL)
OUTPUTS = re.findall(r"```\n(.*?)```", PROSE, re.DOTALL)

# What a host without terminal, threads and signals has: all else fails at once.
BARE = """
import signal, sys, threading

class OnlyTheLibrary:
    def find_spec(self, name, path=None, target=None):
        home = name.partition(".")[0]
        if home not in sys.stdlib_module_names | {"engine", "grammar", "minitorch_shell"}:
            raise ImportError(f"there is no {name} here")

def refuse(*_):
    raise AssertionError("a thread or a signal was used")

sys.meta_path.insert(0, OnlyTheLibrary())
signal.signal = signal.setitimer = signal.alarm = threading.Thread.start = refuse
"""


@pytest.mark.slow
def test_the_page_prints_what_it_says_on_the_standard_library_alone() -> None:
    program = BARE + "\n".join(PROGRAMS)
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=False, cwd=ROOT, env=clean_environment(),
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == "".join(OUTPUTS)
    assert len(PROGRAMS) >= len(OUTPUTS) > 4


def test_what_the_bare_host_refuses() -> None:
    """The test above can fail: each thing it forbids is noticed."""
    for use in ("import rich", "import lark", "import threading as t; t.Thread().start()",
                "import signal as s; s.setitimer(s.ITIMER_REAL, 1)"):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", f"{BARE}\n{use}"], capture_output=True, text=True, check=False
        )
        assert "is no " in done.stderr or "AssertionError" in done.stderr, use


ENDLESS = {
    "a loop": "while true { x := x + 1; if x == 9 { print x } }",
    "a loop over counts": "repeat 1000000000 { x := x + 1; if x == 9 { print x } }",
    "a loop in a loop": "for a in range(3) { while true { x := x + 1; if x == 9 { print x } } }",
    "a recursion": "print 1; f(a) = f(a + 1) + f(a + 1) if a < 900 else 0; f(1)",
    "calls in a list": "g(a) = a + x; while true { ys = [g(k) for k in range(9)]; print 1 }",
    "training": "net = linear(2,1); train net on xor epochs=100000000 every=9",
    "eager training": "set engine=eager; net = linear(2,1); train net on xor epochs=99999 every=9",
}


@pytest.mark.parametrize("program", ENDLESS.values(), ids=ENDLESS)
def test_stop_ends_a_program_wherever_it_is(program: str) -> None:
    begun = threading.Event()
    interpreter = Interpreter(lambda record: begun.set())
    assert interpreter.run(Source("first", "x = 0"))
    calls = interpreter.session.marks.calls

    def stop_later() -> None:
        begun.wait()
        while "f(1)" in program and calls.depth < 9:
            pass
        interpreter.stop()

    watcher = threading.Thread(target=stop_later, daemon=True)
    watcher.start()
    with pytest.raises(KeyboardInterrupt):
        interpreter.run(Source("endless", program))
    watcher.join()
    after = Collector()
    interpreter.session.receive = after
    assert interpreter.run(Source("after", "x >= 0; sum([k for k in range(4)])"))
    assert [record.items for record in after.results] == [(True,), (6.0,)]  # type: ignore[union-attr]


def test_stop_from_the_receiver_keeps_the_last_whole_epoch() -> None:
    told: list[object] = []

    def receive(record: object) -> None:
        told.append(record)
        if isinstance(record, Progress) and record.epoch == 4:
            interpreter.stop()

    interpreter = Interpreter(receive)
    program = "net = linear(2,1) with seed=1\ntrain net on xor epochs=1000 every=2\nprint 1"
    with pytest.raises(KeyboardInterrupt):
        interpreter.run(Source("training", program))
    [report] = [record for record in told if isinstance(record, TrainingReport)]
    assert (report.stopped, report.epochs) == ("interrupted", 4)
    assert not any(isinstance(record, Value) for record in told)
    assert interpreter.session.journal.entries()[-1].ended == "stopped"


def test_stop_while_nothing_runs_stops_nothing() -> None:
    found = Collector()
    interpreter = Interpreter(found)
    interpreter.stop()
    assert interpreter.run(Source("later", "1 + 1"))
    assert [record.items for record in found.results] == [(2.0,)]  # type: ignore[union-attr]


def test_reset_forgets_everything_but_the_folder() -> None:
    found = Collector()
    interpreter = Interpreter(found)
    interpreter.session.access.safe_folder = "/nowhere"
    interpreter.run(Source("a", "x = 2; sum = 3; seed 9; set digits=3; random = sample(moons)"))
    first = interpreter.session
    interpreter.reset()
    assert interpreter.session is not first
    assert not interpreter.session.user_names()
    assert interpreter.session.access.safe_folder == "/nowhere"
    found.results.clear()
    assert interpreter.run(Source("b", "sum([1, 2]); pi; history"))
    assert found.results[0].items == (3.0,)  # type: ignore[union-attr]
    assert found.results[1].digits == 6  # type: ignore[union-attr]


def test_a_program_under_way_cannot_be_reset() -> None:
    def receive(record: object) -> None:
        with pytest.raises(RuntimeError, match="running"):
            interpreter.reset()

    interpreter = Interpreter(receive)
    assert interpreter.run(Source("a", "1"))


def test_two_interpreters_know_nothing_of_each_other() -> None:
    first, second = Interpreter(Collector()), Interpreter(Collector())
    assert first.run(Source("a", "x = 2; y = x^2; backward y"))
    assert not second.run(Source("b", "x"))
    assert second.run(Source("c", "undo" if second.session.journal.past else "1"))
    assert first.session.names["x"].grad == 4.0


def test_offers_replace_what_was_typed() -> None:
    found = Collector()
    interpreter = Interpreter(found)
    interpreter.run(Source("a", "number = 2; numeral = 3"))
    text = "print num + 1"
    start, offers = interpreter.offers(text, cursor=9)
    assert (start, [offer.text for offer in offers][:2]) == (6, ["numeral", "number"])
    assert all(offer.text.startswith("num") for offer in offers)
    assert interpreter.offers('load("exam').start == 6
    assert interpreter.offers("help MT20").start == 5


def test_an_error_is_a_record_and_run_goes_on_afterwards() -> None:
    found = Collector()
    interpreter = Interpreter(found)
    assert not interpreter.run(Source("a", "x = 2; [1, 2][x]; y = 3"))
    [problem] = [record for record in found.results if isinstance(record, Problem)]
    assert problem.place is not None
    assert (problem.code, problem.place.file) == ("MT310", "a")
    assert list(interpreter.session.user_names()) == ["x"]
