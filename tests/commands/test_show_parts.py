"""`show z` says in names and numbers what z was made of, and the gradients on the way."""

import pytest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Table

START = "a = 2; b = 3; net = linear(2,3) relu linear(3,1) with seed=1\n"


def parts(text):
    results = []
    assert Interpreter(results.append).run(Source("t.mt", START + text)), results
    table = next(result for result in results if isinstance(result, Table))
    rows = dict(table.rows[:3])
    assert {"value", "gradient", "operation"} == set(rows)
    return [shown for _, shown in table.rows[3:]]


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("a + b", ["a = 2.0", "b = 3.0"]),
        ("a*b + relu(a)", ["a * b = 6.0", "relu(a) = 2.0"]),
        ("(a + b) * (a - 1)", ["a + b = 5.0", "a - 1.0 = 1.0"]),
        ("sin(a*(b+1))", ["a * (b + 1.0) = 8.0"]),
        ("-(a + b) * 2", ["-(a + b) = -5.0", "2.0"]),
        ("(a - (b - a)) / (a*b)", ["a - (b - a) = 1.0", "a * b = 6.0"]),
        ("(a^b)^2 + 1", ["(a ^ b) ^ 2.0 = 64.0", "1.0"]),
        ("exp(-a) ^ 2", ["exp(-a) = 0.135335", "2.0"]),
        ("((a*b + 1)*b + 1)*b + 1", ["(... * b + 1.0) * b = 66.0", "1.0"]),
    ],
)
def test_the_parts(expression, shown):
    assert parts(f"z = {expression}\nshow z") == shown


def test_the_gradients_of_the_parts_are_those_of_the_last_sweep():
    found = parts("z = (a*b) * (a + b)\nbackward z\nshow z")
    assert found == ["a * b = 6.0, gradient 5.0", "a + b = 5.0, gradient 6.0"]


def test_an_operation_on_many_values_is_cut_short():
    found = parts("z = 2 * net(a, b)\nshow z")
    assert found[1].startswith("dot(")
    assert ", ...) = " in found[1]
