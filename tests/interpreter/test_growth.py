"""Programs that grow take work in proportion: the calls that Python makes are counted."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grammar.source import Source
from minitorch_shell.command_line.cli import run
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Value

WELL_BELOW_A_SQUARE = 2.6  # how much more work twice the size may be; a square makes 4


def work_of(action: Callable[[], object]) -> int:
    """How many calls an action makes, of functions of Python and of C."""
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def run_in_session(text: str) -> Collector:
    told = Collector()
    assert Interpreter(told).run(Source("<test>", text)), told.results
    return told


def growth(of: Callable[[int], object], size: int) -> float:
    of(1)  # what is done once
    return work_of(lambda: of(2 * size)) / work_of(lambda: of(size))


def test_a_lesson_that_makes_a_long_graph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def lesson(lines: int) -> None:
        path = tmp_path / f"{lines}.mt"
        sums = "s = s + x*2\n" * lines
        path.write_text(f"x = 1; s = 0\n{sums}backward s\ngrad x\n#= {2 * lines}.0\n")
        assert run(["--test", str(path)]) == 0, capsys.readouterr()

    assert growth(lesson, 150) < WELL_BELOW_A_SQUARE


@pytest.mark.parametrize("added", ["k", "k/3"])
def test_a_list_that_grows_in_a_loop(added: str) -> None:
    def loop(rounds: int) -> None:
        run_in_session(f"xs = []; for k in range({rounds}) {{ xs = append(xs, {added}) }}")

    assert growth(loop, 200) < WELL_BELOW_A_SQUARE


@pytest.mark.parametrize("line", ["xs = append(xs, 1)", "s = s + x*2"])
@pytest.mark.slow
def test_statements_that_can_be_undone(line: str) -> None:
    """The journal keeps each list and each graph that a name let go."""

    def script(lines: int) -> None:
        run_in_session("x = 1; s = 0; xs = []\n" + f"{line}\n" * lines)

    assert growth(script, 200) < WELL_BELOW_A_SQUARE


@pytest.mark.parametrize(
    "then",
    [
        "len(a)",
        "x = 2; backward x^2; len(a)",
        "x = 2; repeat 2 { backward x^2; zero }; undo; len(a)",
        "zero; len(a)",
    ],
)
def test_lists_that_share_parts(then: str) -> None:
    """A list with 2^60 ways into it has 61 lists to look at."""
    told = run_in_session(f"a = [1]; repeat 60 {{ a = [a, a] }}; {then}")
    assert [r.items for r in told.results if isinstance(r, Value)][-1] == (2,)


def test_numbers_that_come_into_a_list_are_leaves_whenever_they_come() -> None:
    told = run_in_session(
        "f(b) = [b, b]; w = f([1, 2]); xs = append(append([], 1), w[0]); xs = append(xs, 3)\n"
        "ys = append(xs, [4, 5])\n"
        "backward w[0][0] + 2*w[1][0] + xs[0]^2 + xs[2]^2 + ys[3][1]^2; grad w; grad xs; grad ys[3]"
    )
    w, xs, last = (r.items[0] for r in told.results if isinstance(r, Value))
    assert w == [[1.0, 0.0], [2.0, 0.0]]
    assert xs == [2.0, [1.0, 0.0], 6.0]
    assert last == [0.0, 10.0]


def work_with_names(count: int, action: Callable[[Interpreter], object]) -> int:
    interpreter = Interpreter(Collector())
    interpreter.session.journal.on = False
    for number in range(count):
        interpreter.session.names[f"n{number}"] = number
    assert interpreter.run(Source("<test>", "x = 2; y = x + n1"))  # imports what it needs
    return work_of(lambda: action(interpreter))


def test_a_statement_takes_the_same_work_whatever_number_of_names_there_is() -> None:
    def run(interpreter: Interpreter) -> None:
        assert interpreter.run(Source("<test>", "x = 3; y = x + n1\nf(a) = { b = a; b }\nf(n1)"))

    few, many = work_with_names(100, run), work_with_names(16_000, run)
    assert many <= few * 1.05


@pytest.mark.slow
def test_functions_with_blocks_are_checked_in_proportion_to_their_number() -> None:
    def work(count: int) -> int:
        lines = [f"f{k}(x) = {{ y = x + {k}; z = y*x; z }}" for k in range(count)]
        source = Source("<test>", "\n".join(lines))
        interpreter = Interpreter(Collector())
        return work_of(lambda: interpreter.check(source))

    assert work(800) < WELL_BELOW_A_SQUARE * work(400)


def test_a_chain_of_elements_bound_anew_keeps_what_is_settled() -> None:
    """Each statement copies the list, but looks at one element only."""

    def work(count: int) -> int:
        interpreter = Interpreter(Collector())
        text = f"xs = [k*1.5 for k in range({count})]; for k in range({count}) {{ xs[k] = 2 }}"
        return work_of(lambda: interpreter.run(Source("<test>", text)))

    assert work(800) < WELL_BELOW_A_SQUARE * work(400)
