"""`sum`, `mean` and the functions of one number go through lists of lists; data rows are floats."""

import pytest
from command import minitorch

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector


def printed(program):
    collector = Collector()
    assert Interpreter(collector).run(Source("t.mt", program)), collector.results
    return [item for result in collector.results for item in result.items]


def test_on_the_command_line():
    done = minitorch("-c", "mean([[1,2],[3,4]])")
    assert (done.stdout, done.stderr) == ("[2.0, 3.0]\n", "")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sum([[1,2],[3,4]])", [4.0, 6.0]),
        ("mean([[1,2],[3,4]])", [2.0, 3.0]),
        ("mean([[[1,2],[3,4]], [[5,6],[7,8]]])", [[3.0, 4.0], [5.0, 6.0]]),
        ("mean([x for x, y in xor])", [0.5, 0.5]),
        ("mean(zip([1,2], [3,5]))", [1.5, 4.0]),
        ("mean(range(4))", 1.5),
        ("abs([[-1,2],[3,-4]])", [[1.0, 2.0], [3.0, 4.0]]),
        ("relu([[-1,2],[3,-4]])", [[0.0, 2.0], [3.0, 0.0]]),
        ("leaky_relu([[-1,2]], 0.5)", [[-0.5, 2.0]]),
        ("sigmoid([[0],[0]])", [[0.5], [0.5]]),
        ("tanh([[0],[0]])", [[0.0], [0.0]]),
        ("round([[1.6],[2.2]])", [[2.0], [2.0]]),
        ("binary_round([[0.7],[0.2]])", [[1.0], [0.0]]),
        ("exp([[0],[0]])", [[1.0], [1.0]]),
        ("[[1,2],[3,4]]^2", [[1.0, 4.0], [9.0, 16.0]]),
        ("[[1,2],[3,4]]/2", [[0.5, 1.0], [1.5, 2.0]]),
    ],
)
def test_lists_of_lists(expression, value):
    assert printed(f"print {expression}") == [value]


def test_the_mean_of_lists_of_leaves_has_gradients():
    program = "xs = [[1,2],[3,4]]; m = mean(xs); backward m[0]; print grad xs[0][0], grad xs[0][1]"
    assert printed(program) == [0.5, 0.0]


SETS = ["majority", "parity", "xor", "moons", "circles", "spirals", "blobs", "sine", "line"]


@pytest.mark.parametrize("data", [*SETS, "line(n=3)", "line(n=3, slope=2, intercept=1, noise=0)",
                                  "sine(n=2)", "[[[0,0],0], [[0,1],1]]"])  # fmt: skip
@pytest.mark.slow
def test_every_number_of_a_row_is_a_number_like_the_others(data):
    rows = printed(f"for x, y in {data} {{ print x, y }}")
    numbers = [n for part in rows for n in (part if isinstance(part, list) else [part])]
    assert {type(number) for number in numbers} == {float}
    assert minitorch("-c", "for x, y in line(n=3) { print x }").stdout == "[-1.0]\n[0.0]\n[1.0]\n"
