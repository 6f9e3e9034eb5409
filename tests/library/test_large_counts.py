"""Counts are exact up to 1.8e308, then infinite; no message of Python's integers is shown."""

import pytest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem, Value

SQUARES = "n = len([1,2,3]); repeat {} {{ n = n*n }}; "
PYTHON = ("int", "Python", "ssize", "digits", "convert")


def results(text: str) -> tuple[list[object], list[Problem]]:
    told = Collector()
    Interpreter(told).run(Source("<test>", text))
    values = [r.items[0] for r in told.results if isinstance(r, Value)]
    errors = [r for r in told.results if isinstance(r, Problem) and r.severity == "error"]
    return values, errors


@pytest.mark.parametrize("squarings", [5, 6, 9])
def test_counts_are_exact(squarings: int) -> None:
    n = 3 ** (2**squarings)
    assert results(SQUARES.format(squarings) + "n; n - 1; n*3; m = n + 1; m % 9") == (
        [n, n - 1, 3 * n, (n + 1) % 9],
        [],
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [("n", 3.0**64), ("n*1.5", 1.5 * 3.0**64), ("sqrt(n)", 3.0**32), ("mean([n])", 3.0**64),
     ("[n][0]", 3.0**64), ("max(n, 1)", 3.0**64), ("-n", -(3.0**64))],
)  # fmt: skip
def test_beyond_two_to_the_53_they_are_like_numbers(expression: str, value: float) -> None:
    values, errors = results(SQUARES.format(6) + expression)
    assert (values, errors) == ([pytest.approx(value, rel=1e-15)], [])


@pytest.mark.parametrize("squarings", [11, 14, 30])
@pytest.mark.parametrize("expression", ["n", "n*1.5", "sqrt(n)", "mean([n])", "n/2", "n^2", "[n]"])
def test_far_beyond_it_they_are_infinite(expression: str, squarings: int) -> None:
    values, errors = results(SQUARES.format(squarings) + expression)
    assert not errors
    assert values in ([float("inf")], [[float("inf")]])


@pytest.mark.parametrize("squarings", [6, 11, 14])
@pytest.mark.parametrize(
    "statement",
    ["range(n)", "linear(n,1)", "xs = [1]; xs[n]", "xs = [1]; xs[0:n]", "repeat n { 1 }", "seed n"],
)
def test_where_a_whole_number_is_needed_they_are_errors(statement: str, squarings: int) -> None:
    _, [error] = results(SQUARES.format(squarings) + statement)
    assert error.code in ("MT308", "MT300")
    assert error.place is not None
    assert len(error.message) < 80
    assert not any(word in error.message.split() for word in PYTHON), error.message


def test_the_arguments_of_functions_are_bounded_too() -> None:
    values, errors = results("f(n, k) = n if k < 1 else f(n*n, k - 1); f(len([1,2,3]), 60)")
    assert (values, errors) == ([float("inf")], [])


def test_a_count_that_was_never_bound() -> None:
    """Only in an expression of hundreds of factors is there such a one."""
    squares = "n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n*n"
    values, errors = results(SQUARES.format(5) + squares)
    assert (values, errors) == ([float("inf")], [])
    values, [error] = results(SQUARES.format(5) + f"sqrt({squares})")
    assert "1.8e308" in error.label
