"""Whole numbers that are written out beside counts."""

import random

import pytest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.rendering.receiver import Receiver
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Collector, Result, Value


class Printed(Receiver):
    """Keeps the lines that a script would print."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, result: Result) -> None:
        self.lines += result_lines(result, Style(False, True))


def printed(text: str) -> list[str]:
    told = Printed()
    assert Interpreter(told).run(Source("<test>", text))
    return told.lines


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        ("n - 1", "2"), ("n + 1", "4"), ("2*n + 1", "7"), ("n % 2", "1"), ("-7 % n", "2"),
        ("n - 2*3", "-3"), ("-1 + n", "2"), ("(n + 1) * 2", "8"), ("+1 + n", "4"),
        ("1_000 + n", "1003"),
        ("n + 1.0", "4.0"), ("n + 1e0", "4.0"), ("n/1", "3.0"), ("n^2", "9.0"), ("1 + 2", "3.0"),
        ("2", "2.0"), ("-2", "-2.0"), ("x + 1", "3.0"), ("1 - x", "-1.0"), ("x % 2", "0.0"),
        ("[1, 2] + 1", "[2.0, 3.0]"), ("range(2) + 1", "[1, 2]"), ("[n + 1, n + 1.5]", "[4, 4.5]"),
        ("value(x) + 1", "3.0"), ("n + x", "5.0"), ('"ab" * 2', "abab"),
        ("n * 1_000_000_000_000_000_000_000_001", "3000000000000000000000003"),
    ],
)  # fmt: skip
def test_how_it_prints(expression: str, line: str) -> None:
    assert printed(f"n = len([1, 2, 3]); x = 2\n{expression}") == [line]


def test_bound_names_and_loops() -> None:
    text = "n = len([])\nfor k in range(4) { n += 1; if k % 2 == 1 { continue }; print k + 1, n }"
    assert printed(text) == ["1 1", "3 3"]
    assert printed("c = [len([]) for k in range(2)]\nc[1] += 3\nc[0] -= 1\nc") == ["[-1, 3]"]
    assert printed("x = 2\ny = x + 1\nbackward y*y\ngrad x\nx") == ["6.0", "2.0"]
    assert printed("f(n) = len([1]) if n < 2 else n*f(n - 1)\nf(len([1]) + 29)") == [
        "265252859812191058636308480000000"
    ]


def test_random_sums_against_python() -> None:
    """Whatever stands beside whatever: whole where all that is no literal is a count."""
    choice = random.Random(5)

    def expression(depth: int) -> str:
        if depth == 0:
            return choice.choice(["n", "m", "1", "2", "30"])
        sign = choice.choice(["+", "-", "*"])
        return f"({expression(depth - 1)} {sign} {expression(depth - 1)})"

    for _ in range(200):
        text = expression(3)
        if not {"n", "m"} & set(text):
            continue
        told = Collector()
        Interpreter(told).run(Source("<t>", f"n = len([1, 2, 3]); m = len([1])\n{text}"))
        [value] = [r.items[0] for r in told.results if isinstance(r, Value)]
        assert value == eval(text, {"n": 3, "m": 1})
        assert type(value) is int
