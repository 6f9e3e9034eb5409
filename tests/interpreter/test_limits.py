"""`--max-seconds`, `--max-nodes`, `--max-output`, `--safe`: what stops a program says why."""

import gc
import json
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from command import ROOT, python

from grammar.source import Source
from minitorch_shell.command_line.cli import run
from minitorch_shell.command_line.programs import run_bounded
from minitorch_shell.interpreter import limits
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.interpreter.limits import LimitReached, Limits
from minitorch_shell.results.records import Collector, Problem


def stopped(bounds: Limits, text: str) -> Problem | None:
    """The error with which a program ends under bounds; None when it ends well."""
    collector = Collector()
    interpreter = Interpreter(collector)
    source = Source("<command>", text)
    if run_bounded(bounds, interpreter, lambda: interpreter.run(source)):
        return None
    last = collector.results[-1]
    assert isinstance(last, Problem)
    return last


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    "program",
    [
        "while true { x = 1 }",
        "repeat 1000000000 { x = 1 }",
        "f(n) = 0 if n < 1 else f(n-1) + f(n-2)\nf(60)",
        "xs = [k*k for k in range(1000000) for j in range(1000000)]",
        "net = mlp(2,[8],1)\ntrain moons epochs=10000000",
        "net = mlp(2,[8],1)\nset engine=eager\ntrain moons epochs=10000000",
    ],
    ids=["while", "repeat", "recursion", "comprehension", "compiled training", "eager training"],
)
def test_time_is_bounded_everywhere(program: str) -> None:
    problem = stopped(Limits(seconds=0.1), program)
    assert problem is not None
    assert (problem.code, problem.message) == ("MT706", "stopped after 0.1 seconds")


@pytest.mark.slow
def test_the_place_is_what_was_being_computed() -> None:
    collector = Collector()
    interpreter = Interpreter(collector)
    source = Source("<command>", "x = 1\nwhile true { x := x }")
    program = interpreter.check(source)
    assert program is not None
    assert not run_bounded(
        Limits(seconds=0.5), interpreter, lambda: interpreter.execute(program, source)
    )
    [problem] = collector.results
    assert isinstance(problem, Problem)
    assert problem.place is not None
    assert problem.place.line == 2


def test_without_timers_a_thread_keeps_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "setitimer")
    before = signal.getsignal(signal.SIGINT)
    problem = stopped(Limits(seconds=0.1), "while true { x = 1 }")
    assert problem is not None
    assert problem.code == "MT706"
    assert signal.getsignal(signal.SIGINT) is before
    assert stopped(Limits(seconds=30), "x = 1") is None


@pytest.mark.filterwarnings("error")
def test_time_that_is_over_in_the_collector_is_over_right_after() -> None:
    def collecting(phase: str, info: dict[str, int]) -> None:
        """Most of the time is spent here, so the bound strikes here."""
        for _ in range(300_000):
            pass

    gc.callbacks.append(collecting)
    try:
        problem = stopped(Limits(seconds=0.3), "while true { x = [1, 2, [3]]; y = [x, x] }")
    finally:
        gc.callbacks.remove(collecting)
    assert problem is not None
    assert problem.code == "MT706"


@pytest.mark.slow
def test_nothing_is_left_behind() -> None:
    def state() -> list[object]:
        own = [signal.getsignal(signal.SIGALRM), sys.unraisablehook, sys.getprofile()]
        return [*own, gc.get_threshold(), list(gc.callbacks)]

    before = state()
    stopped(Limits(seconds=0.05, nodes=500), "while true { x = 1 }")
    stopped(Limits(seconds=30, nodes=500), "xs = [k*1.0 for k in range(9000)]; ys = xs; ys*ys")
    assert state() == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_training_that_is_stopped_keeps_finite_weights() -> None:
    collector = Collector()
    interpreter = Interpreter(collector)
    source = Source("<command>", "net = mlp(2,[8],1)\ntrain moons epochs=10000000 lr=0.01")
    assert not run_bounded(Limits(seconds=0.2), interpreter, lambda: interpreter.run(source))
    again = Source("<command>", "accuracy(net, moons) > 0.6")
    assert interpreter.run(again)


# ---------------------------------------------------------------- nodes


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    [
        "xs = [1 for k in range(3000)]",
        "x = 1; s = 0; repeat 2000 { s = s + x }",
        "xs = [1]; repeat 20 { xs = [x + 1 for x in xs for k in range(2)] }",
        "net = linear(50, 100)",
    ],
    ids=["leaves", "a chain", "lists", "a network"],
)
def test_nodes_are_bounded(program: str) -> None:
    problem = stopped(Limits(nodes=1_500), program)
    assert problem is not None
    assert (problem.code, problem.message) == ("MT707", "stopped at more than 1,500 nodes")
    assert stopped(Limits(nodes=6_000), program.replace("20 {", "10 {")) is None


@pytest.mark.slow
def test_a_program_is_stopped_in_the_midst_of_a_loop() -> None:
    problem = stopped(Limits(nodes=20_000), "x = 1; while true { x = x + 1 }")
    assert problem is not None
    assert problem.code == "MT707"
    assert problem.place is not None
    assert problem.place.column == 21


@pytest.mark.slow
def test_graphs_that_are_let_go_do_not_count() -> None:
    program = "x = 1; for k in range(20000) { y = x*x + x; y = 0 }"
    assert stopped(Limits(nodes=5_000), program) is None


# ---------------------------------------------------------------- memory and --safe


@pytest.mark.skipif(sys.platform != "linux", reason="the address space is bounded on Linux")
@pytest.mark.slow
def test_memory_is_bounded() -> None:
    program = (
        "from minitorch_shell.interpreter import limits\n"
        "limits.SAFE = limits.Limits(memory=250_000_000)\n"
        "from minitorch_shell.command_line.cli import run\n"
        "raise SystemExit(run(['--safe', '-c', 'xs = range(1000000)\\n"
        "repeat 50 { xs = [xs, range(1000000)] }\\nprint 1']))"
    )
    done = python(program)
    assert done.returncode == 1
    assert "error[MT705]: there is not enough memory" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the address space is bounded on Linux")
@pytest.mark.parametrize("megabytes", [300, 400, 500])
def test_memory_may_run_out_while_nodes_are_counted(megabytes: int) -> None:
    program = (
        "import sys\n"
        "from minitorch_shell.interpreter import limits\n"
        f"limits.SAFE = limits.Limits(nodes=1_000_000, memory={megabytes}_000_000)\n"
        "from minitorch_shell.command_line.cli import run\n"
        "raise SystemExit(run(['--safe', '-c', sys.argv.pop()]))"
    )
    code = "xs = range(500000); ys = [[x, x] for x in xs]; zs = [[y, y] for y in [*ys, *ys, *ys]]"
    code = code.replace("[*ys, *ys, *ys]", "[ys, ys, ys]") + "; us = [[x] for k in ys for x in xs]"
    done = python(program, code)
    assert done.returncode == 1
    assert done.stderr.startswith("error[MT705]: there is not enough memory"), done.stderr[:500]


@pytest.mark.slow
def test_safe_has_its_own_bounds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (limits.SAFE.seconds, limits.SAFE.nodes, limits.SAFE.memory) == (10, 1_000_000, 1 << 30)
    monkeypatch.setattr(limits, "SAFE", Limits(seconds=0.1, nodes=2_000))
    assert run(["--safe", "-c", "while true { x = 1 }"]) == 1
    assert "stopped after 0.1 seconds" in capsys.readouterr().err
    assert run(["--safe", "--max-nodes=1000", "-c", "xs = [1 for k in range(1500)]"]) == 1
    assert "more than 1,000 nodes" in capsys.readouterr().err
    assert run(["--safe", "--max-seconds=30", "-c", "xs = [1 for k in range(1500)]"]) == 0


def test_the_bound_holds_for_all_programs_together(capsys: pytest.CaptureFixture[str]) -> None:
    loop = "x = 0; while x < 100000000 { x = value(x + 1) }"
    assert run(["--max-seconds=0.2", "-c", "print 1", "-c", loop, "-c", "print 2"]) == 1
    told = capsys.readouterr()
    assert (told.out, "MT706" in told.err) == ("1.0\n", True)


def test_a_limit_is_no_error_of_the_program() -> None:
    assert not issubclass(LimitReached, Exception)


FEW_NODES = {
    "loop": "x = 1; repeat 200 { x = x*2 + 1 }; f(n) = n if n > 3 else f(n+1)*2; y = f(0); "
    "[k*x for k in range(50)]",
    "training": "net = linear(2,3) relu linear(3,1); train xor epochs=3; xs = [1,2,3]; "
    "y = sum([x*x for x in xs]); backward y; grad xs",
    "recursion": "f(n) = n if n > 90 else f(n + 1) * 1.5; f(0); for i in range(30) { y = f(i) }",
    "long loop": "y = 0; repeat 3000 { y = y + 1; z = [y * k for k in range(3)] }",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW_NODES)
def test_any_few_nodes_end_in_the_error_or_in_the_result(name: str) -> None:
    """However often the collector comes by while the error is under way."""
    script = (
        "import sys\n"
        "from minitorch_shell.command_line.cli import run\n"
        "code = sys.argv.pop()\n"
        "for nodes in [*range(1, 60), *range(60, 300, 7)]:\n"
        "    status = run(['--max-nodes', str(nodes), '-c', code])\n"
        "    print('status', status, nodes, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, FEW_NODES[name]], capture_output=True, text=True,
        check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Exception ignored" not in done.stderr
    assert "Traceback" not in done.stderr
    told = done.stderr.split("status ")
    assert len(told) == 59 + 35 + 1
    for output, result in pairwise(told):
        nodes = result.split()[1]
        assert ("error[MT707]: stopped at more than " in output) == result.startswith("1 "), nodes


# ---------------------------------------------------------------- output

FLOOD = "for k in range(1000000) { print k }"


@pytest.mark.parametrize("format", ["text", "json"])
def test_output_is_bounded(capfd: pytest.CaptureFixture[str], format: str) -> None:
    assert run([f"--format={format}", "--max-output=10_000", "-c", FLOOD]) == 1
    told = capfd.readouterr()
    last = told.out.splitlines()[-1] if format == "json" else told.err
    assert "MT709" in last
    assert "it prints more than 10,000 bytes" in last
    shown = told.out.rpartition("\n{")[0] if format == "json" else told.out
    assert 9_900 - 200 * (format == "json") <= len(shown) <= 10_000
    assert all(map(json.loads, told.out.splitlines())) if format == "json" else told.out[-1] == "\n"


def test_notes_count_as_output(capfd: pytest.CaptureFixture[str]) -> None:
    notes = "\n".join(f"x{k} = 1\nx{k} = x{k} + 1" for k in range(300))
    assert run(["--max-output=5000", "-c", notes]) == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert 4_500 < len(told.err) < 6_000
    assert told.err.count("MT709") == 1


def test_what_is_within_the_bound_is_whole(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--max-output=6", "-c", 'print "é"', "-c", "print 1=1"]) == 1  # MT111
    capfd.readouterr()
    assert run(["--max-output=3", "-c", 'print "é"']) == 0  # two bytes and the end of the line
    assert run(["--max-output=2", "-c", 'print "é"']) == 1


def test_what_a_tested_program_prints_is_bounded(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.mt", tmp_path / "bad.mt"
    good.write_text("1\n#= 1.0\n" * 100)
    bad.write_text(FLOOD)
    assert run(["--max-output=1000", "--test", str(bad), str(good)]) == 1
    told = capfd.readouterr()
    assert "MT709" in told.err
    assert "1 passed, 1 failed" in told.out
