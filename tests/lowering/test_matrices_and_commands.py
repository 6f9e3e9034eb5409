"""Matrix products, `grad a, b`, `step opt lr=`, long lists in a terminal."""

import random
from operator import mul

import pytest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Collector, Problem, Table, Value


def results(text: str) -> Collector:
    told = Collector()
    Interpreter(told).run(Source("<test>", text))
    return told


def shown(text: str) -> list[object]:
    found = results(text).results
    assert not [r for r in found if isinstance(r, Problem) and r.severity == "error"], found
    return [item for r in found if isinstance(r, Value) for item in r.items]


def code_of(text: str) -> str:
    [error] = [r for r in results(text).results if isinstance(r, Problem)]
    return error.code


def test_matrix_products_against_sums() -> None:
    draw = random.Random(3)
    for _ in range(20):
        n, m, k = (draw.randint(1, 4) for _ in range(3))
        left = [[draw.randint(-9, 9) for _ in range(m)] for _ in range(n)]
        right = [[draw.randint(-9, 9) for _ in range(k)] for _ in range(m)]
        columns = [[row[at] for row in right] for at in range(k)]
        wanted = [[sum(map(mul, row, column)) for column in columns] for row in left]
        assert shown(f"A = {left}; B = {right}\nA @ B") == [wanted]


def test_a_matrix_product_has_gradients() -> None:
    text = "A = [[1, 2], [3, 4]]; B = [[5, 6], [7, 8]]\nbackward sum(sum(A @ B))\ngrad A; grad B"
    assert shown(text) == [[[11.0, 15.0], [11.0, 15.0]], [[4.0, 4.0], [6.0, 6.0]]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[1, 2]] @ [[1, 2]]", "MT304"), ("[[1, 2], [3]] @ [[1], [2]]", "MT304"),
        ("[[1, 2]] @ [[1], 2]", "MT304"), ("[1, 2] @ [[1], [2]]", "MT306"),
        ("[[1, 2]] @ [1, 2, 3]", "MT304"), ("a = 1; grad a, 2", "MT101"),
        ("x = 1; opt = sgd([x]); step opt rate=1", "MT205"),
        ("x = 1; opt = sgd([x]); step opt lr=1 lr=2", "MT210"),
        ("x = 1; opt = sgd([x]); step opt lr=-1", "MT300"),
        ('x = 1; opt = sgd([x]); step opt lr="a"', "MT302"),
    ],
)  # fmt: skip
def test_what_cannot_be(text: str, code: str) -> None:
    assert code_of(text) == code


def test_several_gradients_with_their_names() -> None:
    text = "a = 2; b = 3; w = [1, 2]\nbackward a*b + w[1]^2\ngrad a, b, w[1], w"
    [table] = [r for r in results(text).results if isinstance(r, Table)]
    assert table.rows == (("a", 3.0), ("b", 2.0), ("w[1]", 4.0), ("w", [0.0, 4.0]))
    assert shown("a = 2; backward a^2; grad a") == [4.0]
    told = results("a = 2; b = 3\nbackward a^2\ngrad a, b").results
    assert [r.code for r in told if isinstance(r, Problem)] == ["MT409"]
    text = "f(a) = { b = 2*a; backward b*b; grad a, b; b }\nx = 3; f(x)"
    [table, value] = results(text).results
    assert isinstance(table, Table)
    assert isinstance(value, Value)
    assert (table.rows, value.items) == ((("a", 24.0), ("b", 12.0)), (6.0,))


def test_a_step_at_another_rate() -> None:
    start = "x = 1; opt = sgd([x], lr=0.1)\nbackward x^2\n"
    assert shown(start + "step opt lr=0.5\nx") == [0.0]
    assert shown(start + "step opt lr=0.5\nzero\nbackward x + 0\nstep opt\nx") == [-0.1]
    assert shown(start + "rate = 0.25\nstep opt lr=rate*2\nx; undo; x") == [0.0, 1.0]
    by_hand = "x = 1; opt = momentum([x], lr={}); backward x^2; step opt {}; x"
    assert shown(by_hand.format(0.7, "lr=0.2")) == shown(by_hand.format(0.2, ""))


def lines(text: str, columns: int | None) -> list[str]:
    style = Style(False, True, columns)
    return [line for result in results(text).results for line in result_lines(result, style)]


def test_a_terminal_shows_long_lists_shortened() -> None:
    whole = "[" + ", ".join(map(str, range(101))) + "]"
    assert lines("range(101)", 500) == ["[0, 1, 2, 3, 4, 5, ... 92 more ..., 98, 99, 100]"]
    assert lines("range(101)", None) == [whole]
    assert lines("print range(101)", 500) == [whole]
    assert lines("range(100)", 500) == ["[" + ", ".join(map(str, range(100))) + "]"]
    [nested] = lines("[range(1234)]", 500)
    assert nested == "[[0, 1, 2, 3, 4, 5, ... 1,225 more ..., 1231, 1232, 1233]]"
