"""`%` and `floor` in the language."""

import pytest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem


def run(program):
    collector = Collector()
    Interpreter(collector).run(Source("t.mt", program))
    return collector.results


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7 % 2", 1.0),
        ("-7 % 2", 1.0),
        ("7 % -2", -1.0),
        ("5.5 % 2", 1.5),
        ("2 + 7 % 4 * 2", 8.0),
        ("2 * 7 % 4", 2.0),
        ("-(7 % 4)", -3.0),
        ("7 % 2^2", 3.0),
        ("len([1, 2, 3]) % len([1, 2])", 1),
        ("[5, 6, 7] % 3", [2.0, 0.0, 1.0]),
        ("7 % [2, 4]", [1.0, 3.0]),
        ("[[5, 6]] % [[3, 4]]", [[2.0, 2.0]]),
        ("floor(2.7)", 2.0),
        ("floor(-2.5)", -3.0),
        ("floor(7 / 2)", 3.0),
        ("floor([[1.5], [-1.5]])", [[1.0], [-2.0]]),
        ("floor(len([1, 2]))", 2),
        ("floor(1e300)", 1e300),
    ],
)
def test_values(expression, value):
    [shown] = run(f"print {expression}")
    assert shown.items == (value,)
    assert type(shown.items[0]) is type(value)


def test_gradients():
    program = "a = 7; b = 2; z = 3 * (a % b); backward z; print grad a, grad b"
    assert run(program)[0].items == (3.0, -9.0)
    program = "a = 7.5; z = a * floor(a); backward z; print grad a"
    assert run(program)[0].items == (7.0,), "floor passes on no gradient"


@pytest.mark.parametrize(
    ("program", "code", "message"),
    [
        ('"a" % 3', "MT302", "`%` cannot combine a string and a number"),
        ("moons % 3", "MT302", "`%` cannot combine a data set and a number"),
        ("[1, 2] % [1, 2, 3]", "MT304", "`%` needs lists of one length, here are 2 and 3"),
        ('floor("a")', "MT302", "`floor` takes a number, not a string"),
        ("x = 5; x % 0", "MT317", "this became nan here: 5.0 % 0.0"),
    ],
)
def test_what_has_none(program, code, message):
    problem = next(result for result in run(program) if isinstance(result, Problem))
    assert (problem.code, problem.message) == (code, message)


def test_a_command_word_before_it_is_a_name():
    assert run("step = 5; step % 3")[0].items == (2.0,)


def test_a_gradient_that_floor_cuts_is_explained_as_with_round():
    for name in ("round", "floor"):
        found = run(f"x = 2.5; y = {name}(x); z = y * 2; backward z; grad x")
        [note] = [result for result in found if isinstance(result, Problem)]
        assert (note.code, f"`{name}`" in note.message) == ("MT410", True)
