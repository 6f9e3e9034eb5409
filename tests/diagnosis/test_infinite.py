"""Numbers that become infinite: where, told once, and nothing of those that were so before."""

import pytest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem


def notes(program: str) -> list[tuple[str, str]]:
    """Message and marked text of each note, all of which are MT317."""
    collector = Collector()
    assert Interpreter(collector).run(Source("<command>", program))
    found = [result for result in collector.results if isinstance(result, Problem)]
    assert all(note.code == "MT317" and note.severity == "note" and note.help for note in found)
    return [
        (note.message, note.place.text[note.place.column - 1 :][: note.place.length])
        for note in found
        if note.place
    ]


@pytest.mark.parametrize(
    ("program", "message", "marked"),
    [
        ("exp(1000)", "this became inf here: exp(1000.0)", "exp(1000)"),
        ("print 2, 1/0", "this became inf here: 1.0 / 0.0", "1/0"),
        ("print log(0)", "this became -inf here: log(0.0)", "log(0)"),
        ("x = 10; x^400", "this became inf here: 10.0 ^ 400.0", "x^400"),
        ("x = 1e200; x*x", "this became inf here: 1e+200 * 1e+200", "x*x"),
        ("x = 2; y = 1/(x - 2)\ny", "this became inf here: 1.0 / 0.0", "1/(x - 2)"),
        ("x = 1; x := exp(1000)\nx", "this became inf here: exp(1000.0)", "exp(1000)"),
        ("x = exp(800)\nvalue(x)", "this became inf here: exp(800.0)", "exp(800)"),
        ("xs = [1, 1/0]\nsum(xs)", "this became inf here: 1.0 / 0.0", "1/0"),
        ("f(x) = 2*exp(x)\nf(800)", "this became inf here: f(800.0)", "f(800)"),
        ("f(x) = log(x)\nf(-1)", "this became nan here: f(-1.0)", "f(-1)"),
        ("for k in range(9) { print exp(300*k) }", "this became inf here: exp(900.0)",
         "exp(300*k)"),
    ],
)  # fmt: skip
def test_the_operation_is_named_once(program: str, message: str, marked: str) -> None:
    assert notes(program) == [(message, marked)]


def test_what_was_infinite_before_is_not_told_again() -> None:
    assert len(notes("x = 1/0\nx\nx\ny = x + 1\ny\nprint y - 2\nbackward y")) == 1
    assert len(notes("x = 1/0\nx\nz = exp(1000)\nz\nx\nz")) == 2


def test_a_nan_is_told_once_for_each_value() -> None:
    assert len(notes("x = -2; y = x^2.5; backward y")) == 1
    assert len(notes("x = -2; y = x^2.5; backward y; y; print y")) == 1
    assert len(notes("x = -2; y = x^2.5; y; z = y + 1; z; z")) == 2


@pytest.mark.parametrize(
    "program",
    [
        "x = 1/0",
        "best = 1/0\nfor x in [3, 1, 2] { if x < best { best = x } }\nbest",
        "exp(700)",
        "f(n) = f(n - 1) if n > 0 else 1/n\nf(3)",  # a recursion is not run once more
        "f(x) = x * sample(moons)[1] / 0\nprint f(2) == 0",
    ],
)
def test_nothing_is_said(program: str) -> None:
    assert notes(program) == []


def test_looking_for_the_origin_moves_no_random_numbers() -> None:
    noisy = "seed 3\nf(x) = x + 0 * sample(moons)[1]\nprint f(1) / 0\nprint sample(moons)[0]"
    calm = "seed 3\nf(x) = x + 0 * sample(moons)[1]\nprint f(1) > 0\nprint sample(moons)[0]"
    shown = []
    for program in (noisy, calm):
        collector = Collector()
        assert Interpreter(collector).run(Source("<command>", program))
        shown.append(collector.results[-1])
    assert shown[0] == shown[1]
