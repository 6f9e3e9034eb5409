"""A gradient that is shown as 0 says why, where there is something to say."""

import pytest

from grammar.source import Source
from minitorch_shell.assist.preview import value_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Problem


def notes(*texts):
    results = []
    interpreter = Interpreter(results.append)
    for text in texts:
        assert interpreter.run(Source("t.mt", text)), results
    return [(note.code, note.message) for note in results if isinstance(note, Problem)]


def codes(*texts):
    return [code for code, _ in notes(*texts)]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("x = 2; y = x^2; grad x", "MT405", "no `backward` has run"),
        ("x = 2; y = x^2; backward y; x = 3; grad x", "MT405", "since x was made"),
        ("x = 2; y = x^2; x = 3; backward y; grad x", "MT408", "the graph of y holds the x from"),
        ("x = 2; y = x^2; x = 3; x = 4; backward y; grad x", "MT408", "x was bound anew"),
        ("x, w = [2, 3]; y = x^2; x = 5; backward y; grad x", "MT408", "x was bound anew"),
        ("x = 2; w = 1; y = x^2; backward y; grad w", "MT409", "w is not in the graph of y"),
        ("x = 2; w = 1; backward x^2; print 3, grad w", "MT409", "the graph of x^2"),
        ("x = 2; w = x > 1; y = 3; z = 2*y if w else y^2; backward z; grad x", "MT409", "of z"),
        ("x = 2.4; y = round(x)*3; w = 1; z = w*y; backward z; grad x", "MT410", "stands `round`"),
        ("x = 2; w = 1; z = w*binary_round(x); backward z; grad x", "MT410", "`binary_round`"),
        ("x = 2; w = 1; z = value(x)*w; backward z; grad x", "MT410", "stands `value`"),
        ("x = 2; backward x^2; zero x; w = 1; z = w*(grad x); backward z; grad x", "MT410",
         "stands `grad`"),
        ("x = 2; w = 1; f(a, b) = round(a)*b; z = f(x, w); backward z; grad x", "MT410", "`round`"),
        ("x = -2; y = relu(x); backward y; grad x", "MT410", "a `relu` is off (its input is -2.0)"),
        ("x = 0; y = relu(x); backward y; grad x", "MT410", "(its input is 0.0)"),
        ("x = 3; y = relu(1 - x) + relu(2 - x); backward y; grad x", "MT410", "is off"),
        ("x = 3; y = relu(1 - x); z = exp(y) * 2; backward z; grad x", "MT410", "from x to z"),
        ("x = 3; repeat 1 { y = relu(1 - x); backward y; print grad x }", "MT410", "is off"),
    ],
)  # fmt: skip
def test_the_cause_is_named(text, code, said):
    ((found, message),) = notes(text)
    assert found == code
    assert said in message


@pytest.mark.parametrize(
    "text",
    [
        "x = 2; y = x^2; backward y; grad x",
        "x = 0; y = x^2; backward y; grad x",  # a minimum: the slope is 0
        "x = 2; w = 0; y = x*w; backward y; grad x",
        "x = 2; y = x - x; backward y; grad x",
        "x = 2; y = x^2; backward y; zero; grad x",
        "x = 2; y = x^2; backward y; zero x; grad x",
        "x = 3; w = 0; y = relu(1 - x) + w*x; backward y; grad x",  # not the relu alone
        "x = -2; y = leaky_relu(x); backward y; grad x",
        # A gradient that is part of a computation may well be 0.
        "w = 3; repeat 5 { zero w; l = relu(1 - w); backward l; w := w - 0.1*grad w }",
        "net = linear(2,3) relu linear(3,1) with bias=-9\n"
        "for x, y in xor { zero net; l = (net(x) - y)^2; backward l;"
        " for p in params(net) { p := p - 0.1*grad p } }",
        "xs = [1, 2]; y = xs[0]^2; backward y; grad xs",
    ],
)
def test_nothing_is_said_of_a_slope_of_0(text):
    assert codes(text) == []


def test_each_is_told_once():
    text = "x = -2; w = 1; y = relu(x); backward y; grad x; grad x; print grad x; grad w; grad w"
    assert codes(text) == ["MT410", "MT409"]
    assert codes("x = 2; repeat 3 { print grad x }") == ["MT405"]


def test_of_a_name_that_is_bound_anew_it_is_told_again():
    text = "x = -2; y = relu(x); backward y; grad x\n"
    assert codes(text + text) == ["MT410", "MT410"]


def test_a_gradient_that_is_only_shown_changes_nothing():
    told = "x = -2; y = relu(x); backward y"
    assert codes(told, "w = 1", "undo", "grad x", "redo", "w") == ["MT410"]
    assert codes(told, "undo", "backward y", "undo", "grad x") == ["MT405"]


def test_a_value_looked_at_ahead_says_nothing_and_keeps_nothing_back():
    results = []
    interpreter = Interpreter(results.append)
    interpreter.run(Source("<shell>", "x = -2; y = relu(x); backward y"))
    value_of(interpreter.session, "grad x")
    assert results == []
    interpreter.run(Source("<shell>", "grad x"))
    assert [r.code for r in results if isinstance(r, Problem)] == ["MT410"]


def test_a_sweep_from_a_leaf_is_told():
    ((code, message),) = notes("x = 2; backward x^3; g = grad x; backward g")
    assert code == "MT411"
    assert message.startswith("g is a leaf")
    assert "`grad` gives a plain number" in message
    ((code, message),) = notes("x = 2; backward x")
    assert (code, "`grad`" in message) == ("MT411", False)
    assert codes("x = 2; repeat 3 { backward x }") == ["MT411"]


def test_a_nan_is_told_where_it_is_bound_entry_by_entry():
    ((code, message),) = notes("x = log(-1)")
    assert (code, message) == ("MT317", "x became nan here: log(-1.0)")
    assert codes("x = log(-1)", "x", "print x") == ["MT317"]
    assert codes("best = 1/0", "x = 2") == []
