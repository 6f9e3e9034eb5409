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


def test_a_second_sweep_says_what_it_added():
    assert notes("x = 3\ny = x^2\nbackward y\nbackward y") == [
        ("MT406", 4, "this `backward` added to an earlier gradient: grad x was 6.0 and is now 12.0")
    ]


def test_each_statement_says_it_once_until_zero():
    loop = "w = 0\nfor k in range(5) { L = (w-3)^2; backward L; w := w - 0.1*grad w }\n"
    assert codes(loop) == ["MT406"]
    assert codes(loop + "L = w^2\nbackward L") == ["MT406"]
    assert codes(loop + "zero; backward w^2; backward w^2") == ["MT406", "MT406"]


@pytest.mark.parametrize(
    "text",
    [
        "x = 3\ny = x^2\nbackward y\nzero\nbackward y",
        "x = 3\nw = 2\nbackward x^2\nbackward w^2",
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
