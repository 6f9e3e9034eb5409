"""Order and places of elements, lists put together, matrices turned over."""

import random

import pytest

from engine.datasets import Dataset
from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem


def run(program):
    collector = Collector()
    Interpreter(collector).run(Source("t.mt", program))
    return collector.results


def values(program):
    return [item for result in run(program) for item in result.items]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("argmax([3, 7, 5, 7])", 1),
        ("argmin([3, 1, 5, 1])", 1),
        ("argmax([1, 0/0, 3])", 1),
        ("argmin([1, 0/0, 0])", 1),
        ("argmax([-1/0, -1e308])", 1),
        ("argmax(range(4))", 3),
        ("sort([3, 1, 2])", [1.0, 2.0, 3.0]),
        ("sort([2, 0/0, -1])[0:2]", [-1.0, 2.0]),
        ('sort(["b", "a", "ab"])', ["a", "ab", "b"]),
        ('sort("cab")', ["a", "b", "c"]),
        ("sort([])", []),
        ("sort(range(3, 0, -1))", [1, 2, 3]),
        ("order([3, 1, 2, 1])", [1, 3, 2, 0]),
        ('order(["b", "a"])', [1, 0]),
        ("order([0/0, 1])", [1, 0]),
        ("[[5, 6, 7][k] for k in order([2, 3, 1])]", [7.0, 5.0, 6.0]),
        ("index([5, 6, 7, 6], 6)", 1),
        ("index([[1, 2], [3, 4]], [3, 4])", 1),
        ('index(["a", "b"], "b")', 1),
        ('index("emma", "m")', 1),
        ('index("emma", "ma")', 2),
        ("index(xor, [[0, 1], 1])", 1),
        ("concat([1], [2, 3], [])", [1.0, 2.0, 3.0]),
        ("concat([[1], [2, 3]])", [1.0, 2.0, 3.0]),
        ("concat([1, 2])", [1.0, 2.0]),
        ("concat([])", []),
        ("concat([[1, 2]], [[3, 4]])", [[1.0, 2.0], [3.0, 4.0]]),
        ('concat("em", "ma")', "emma"),
        ('concat(["em", "ma"])', "emma"),
        ('concat([1], "ab")', [1.0, "a", "b"]),
        ("len(concat(xor, xor[0:2]))", 6),
        ("len(concat([xor, xor, xor]))", 12),
        ("len(concat(xor, [[[0, 0], 0]]))", 5),
        ("enumerate([5, 6])", [[0, 5.0], [1, 6.0]]),
        ('enumerate("ab")', [[0, "a"], [1, "b"]]),
        ("enumerate(xor)[1]", [1, [[0.0, 1.0], 1.0]]),
        ("enumerate([])", []),
        ("transpose([[1, 2, 3], [4, 5, 6]])", [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]),
        ("transpose([])", []),
        ("transpose([[], []])", []),
        ('transpose(["ab", "cd"])', [["a", "c"], ["b", "d"]]),
        ("transpose(transpose([[1, 2, 3], [4, 5, 6]]))", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        ("ceil(2.1)", 3.0),
        ("ceil(-2.9)", -2.0),
        ("ceil(len([1, 2]))", 2),
        ("ceil([[1.5], [-1.5]])", [[2.0], [-1.0]]),
        ("ceil(7 / 2)", 4.0),
        ("relu([[1, -2], [-3, 4]])", [[1.0, 0.0], [0.0, 4.0]]),
        ("exp([[0], [0]])", [[1.0], [1.0]]),
        ("leaky_relu([[-1]], 0.5)", [[-0.5]]),
        ("abs([[-1], [2]]) + round([[0.6], [0.4]])", [[2.0], [2.0]]),
        ("[[1, 2]]^2 - [[1, 1]]", [[0.0, 3.0]]),
    ],
)
def test_values(expression, value):
    [shown] = run(f"print {expression}")
    assert shown.items == (value,)
    assert list(map(type, shown.items)) == [type(value)]


def test_softmax_of_a_matrix_goes_row_by_row():
    assert values("softmax([[1, 2], [3, 5]]) == [softmax([1, 2]), softmax([3, 5])]") == [True]
    program = "A = [[1, 2], [3, 5]]; p = softmax(A); backward p[1][0]; g = grad A; print g[0], g[1]"
    first, second = values(program)
    assert first == [0.0, 0.0]
    assert second[0] == pytest.approx(-second[1])
    assert second[1] != 0


def test_inputs_and_targets_of_data():
    assert values("xs, ys = transpose(xor); print xs[1], ys") == [[0.0, 1.0], [0.0, 1.0, 1.0, 0.0]]


def test_counts_are_counts():
    for expression in (
        "argmax([1, 2])",
        "order([2, 1])[0]",
        "index([1], 1)",
        "enumerate([1])[0][0]",
    ):
        assert [type(item) for item in values(expression)] == [int], expression


def test_sorting_agrees_with_python_on_many_lists():
    stream = random.Random(5)
    for _ in range(50):
        xs = [stream.choice([-1.5, 0.0, 2.0, 2.0, 7.25]) for _ in range(stream.randrange(1, 9))]
        found = values(f"print sort({xs}), order({xs}), argmax({xs}), argmin({xs})")
        places = sorted(range(len(xs)), key=xs.__getitem__)
        assert found == [sorted(xs), places, xs.index(max(xs)), xs.index(min(xs))]


def test_gradients_flow_through_the_same_tensors():
    program = "w = [3, 1, 2]; backward sort(w)[0] * 5; print grad w"
    assert values(program) == [[0.0, 5.0, 0.0]]
    program = "A = [[1, 2], [3, 4]]; backward transpose(A)[0][1] * 2; print grad A"
    assert values(program) == [[[0.0, 0.0], [2.0, 0.0]]]
    program = "a = [1, 2]; b = [3]; backward sum(concat(a, b)) * 2; print grad a, grad b"
    assert values(program) == [[2.0, 2.0], [2.0]]


def test_rows_of_data_stay_rows_and_lists_become_leaves():
    program = "rows = concat([x for x, y in xor][0], [5]); backward sum(rows); print grad rows"
    assert values(program) == [[1.0, 1.0, 1.0]]
    collector = Collector()
    interpreter = Interpreter(collector)
    interpreter.run(Source("t.mt", "a = transpose(moons[0:2]); s = concat(moons[0], moons[1])"))
    assert type(interpreter.session.names["a"]).__name__ == "DataRow"
    assert type(interpreter.session.names["s"]).__name__ == "DataRow"


def test_sets_that_are_put_together_stay_a_set():
    collector = Collector()
    interpreter = Interpreter(collector)
    interpreter.run(
        Source("t.mt", "a, b = split(moons, 0.5); d = concat(a, b); e = concat(a, line)")
    )
    joined = interpreter.session.names["d"]
    assert isinstance(joined, Dataset)
    assert (len(joined), joined.labels, joined.name) == (100, (0.0, 1.0), "moons")
    assert [result.code for result in collector.results] == ["MT304"]


@pytest.mark.parametrize(
    ("program", "code", "message"),
    [
        ("argmax([])", "MT307", "`argmax` of an empty list"),
        ("argmin(3)", "MT302", "`argmin` takes a list, not a number"),
        ('argmax(["a"])', "MT302", "`argmax` takes a list of numbers, not a string"),
        ("argmax([true])", "MT302", "`argmax` takes a list of numbers, not a boolean"),
        ("sort([[1], [2]])", "MT302", "`sort` takes a list of numbers or strings, not a list"),
        ('sort([1, "a"])', "MT302",
         "`sort` takes a list of numbers or strings, not a list of both numbers and strings"),
        ("index([1, 2], 3)", "MT310", "`index` finds no such element: 3.0 is not in it"),
        ('index("abc", "x")', "MT310", '`index` finds no such element: "x" is not in it'),
        ('index("abc", 1)', "MT302", "`index` looks in a string for a string, not for a number"),
        ("concat([1], 2)", "MT302", "`concat` takes a list, not a number"),
        ("concat(xor, moons)", None, None),
        ("transpose([1, 2])", "MT302", "`transpose` takes a list, not a number"),
        ("transpose([[1], [2, 3]])", "MT304",
         "`transpose` needs rows of one length, here are 1 and 2"),
        ("enumerate(3)", "MT302", "`enumerate` takes a list, not a number"),
        ('ceil("a")', "MT302", "`ceil` takes a number, not a string"),
    ],
)  # fmt: skip
def test_what_has_none(program, code, message):
    problems = [result for result in run(program) if isinstance(result, Problem)]
    assert [(problem.code, problem.message) for problem in problems] == (
        [(code, message)] if code else []
    )


def test_a_gradient_that_ceil_cuts_is_explained():
    found = run("x = 2.5; y = ceil(x); z = y * 2; backward z; grad x")
    [note] = [result for result in found if isinstance(result, Problem)]
    assert (note.code, "`ceil`" in note.message) == ("MT410", True)
