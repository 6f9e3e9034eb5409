"""Sweeps that add to old gradients or go through an old graph are noted; others are not."""

import pytest

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Problem


def notes(text):
    results = []
    assert Interpreter(results.append).run(Source("t.mt", text)), results
    found = [result for result in results if isinstance(result, Problem)]
    return [(note.code, note.place.line, note.message) for note in found]


def codes(text):
    return [code for code, *_ in notes(text)]


CANONICAL = (
    "xs = [1, 2, 3]; ys = [2, 4, 6]\nw = 0\n"
    "repeat 3 { loss = mean([(w*x - y)^2 for x, y in zip(xs, ys)]); %s backward loss;"
    " w := w - 0.1*grad w }\n"
)


def test_a_second_sweep_says_what_it_added():
    assert notes("x = 3\nbackward x^2\ngrad x\nbackward x^3") == [
        ("MT406", 4, "this `backward` added to an earlier gradient: grad x was 6.0 and is now 33.0")
    ]


def test_a_result_that_is_swept_twice_is_told_where_the_gradient_is_read():
    text = "x = 3\ny = x^2\nbackward y\nbackward y\n"
    assert codes(text) == []
    assert notes(text + "grad x\ngrad x") == [
        ("MT406", 5, "the same result was swept twice: grad x was 6.0 and is now 12.0")
    ]
    assert codes(text + "zero x\ngrad x") == []
    assert codes("x = 3\ny = x^2\nbackward y\nbackward y\nundo\ngrad x") == []


def test_each_statement_says_it_once():
    loop = "w = 0\nfor k in range(5) { L = (w-3)^2; backward L; w := w - 0.1*grad w }\n"
    assert codes(loop) == ["MT406"]
    assert codes(loop + loop.split("\n")[1]) == ["MT406", "MT406"]
    assert codes(loop + "zero; backward w^2; backward w^2; grad w") == ["MT406"]


def test_of_data_and_constants_nothing_is_said():
    assert codes(CANONICAL % "zero w;") == []
    assert codes("k = 2\n" + CANONICAL.replace("loss = ", "loss = k * ") % "zero w;") == []


def test_a_later_loop_without_zero_is_told():
    assert [line for _, line, _ in notes(CANONICAL % "zero w;" + CANONICAL % "")] == [6]
    later = CANONICAL % "zero w;" + "\n".join((CANONICAL % "").split("\n")[2:])
    assert [(code, line) for code, line, _ in notes(later)] == [("MT406", 4)]


@pytest.mark.parametrize(
    ("use", "told"),
    [
        ("w := 1", True),
        ("step opt", True),
        ("print grad w", True),
        ("g = 2 * grad w", True),
        ("print ws[0]", False),
        ("print grad ws[0]", True),
        ("ws := ws - 0.1 * grad ws", True),
        ("print w, value(w)", False),
        ("zero w", False),
    ],
)
def test_what_counts_as_use(use, told):
    text = f"w = 2\nws = [w, 5]\nopt = sgd([w])\nbackward w^2 + w\n{use}\nbackward w^3"
    if "opt" not in use:
        text = text.replace("opt = sgd([w])\n", "")
    assert ("MT406" in codes(text)) == told


def test_many_results_are_summed_without_a_word():
    text = "w = 2\nfor x in [1, 2, 3] { backward (w*x - 1)^2 }\nw := w - 0.1*grad w\nzero w"
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 3\ny = x^2\nbackward y\nzero\nbackward y",
        "x = 3\nw = 2\nbackward x^2\nbackward w^2\nprint grad x, grad w",
        "x = 3\nbackward x^2\nzero x\nbackward x^3",
        "net = linear(2,1)\nopt = sgd(net, lr=0.1)\n"
        "repeat 5 { zero net; l = net(1, 2)^2; backward l; step opt }",
        "x = 2; y = x^2; x := 3; y = x^2; backward y",
        "x = 2; w = 3; y = x^2; w := 4; backward y",
        "d = moons(n=10)\nnet = linear(2,3) tanh linear(3,1)\n"
        "repeat 3 { zero; l = mean([(net(x)-y)^2 for x, y in d]); backward l;"
        " for p in params(net) { p := p - grad p } }",
        "net = linear(2,3) relu linear(3,1)\nrepeat 3 { zero; l = net(1,2)^2; backward l;"
        " for p in params(net) { p := p - 0.01*grad p } }",
    ],
)
def test_sweeps_in_order_are_not_noted(text):
    assert codes(text) == []


def test_training_leaves_gradients_that_a_sweep_adds_to():
    text = "net = linear(5,1)\ntrain majority epochs=3\nbackward net(1,0,0,1,1)"
    assert "MT406" in codes(text)


def test_a_sweep_through_an_old_graph_names_the_leaf():
    found = notes("x = 2\ny = x^2 + sin(x)\nz = y*y\nx := 3\nbackward z")
    assert found == [
        (
            "MT407", 5,
            "this was computed before `x` changed: its gradients are those of the old number",
        )
    ]  # fmt: skip


def test_an_old_graph_in_a_loop_is_noted_once():
    text = (
        "net = linear(2,3) relu linear(3,1)\nl = net(1,2)^2\n"
        "repeat 4 { zero; backward l; for p in params(net) { p := p - 0.1*grad p } }"
    )
    assert notes(text) == [
        (
            "MT407", 3,
            "this was computed before `p` changed: its gradients are those of the old "
            "number",
        )
    ]  # fmt: skip


def test_notes_in_loops_stand_at_their_line():
    text = "w = 0\nfor i in range(3) {\n  L = (w-3)^2\n  g = grad w\n  backward L\n  zero\n}"
    assert notes(text)[0][:2] == ("MT405", 4)
