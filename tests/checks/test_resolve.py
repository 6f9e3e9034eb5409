"""What is known of a program before it runs: names on every path, arity, options, widths."""

import pytest

from grammar.source import Source
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Problem


def codes(text, strict=True):
    return [problem.code for problem in problems_of(Source("t.mt", text), strict=strict)]


@pytest.mark.parametrize(
    "text",
    [
        "if true { y = 1 } else { y = 2 }\nprint y",
        "for k in [1] { y = 1; print y }",
        "f(x) = x + later\nlater = 2\nf(1)",
        "even(n) = true if n == 0 else odd(n - 1)\nodd(n) = not even(n)\neven(4)",
        "xs = [a * b for a, b in [[1, 2]] if a > 0]",
        "sum = 3\ndel sum\nsum([1])",
        "step = 0.1\ntrain, test = split(moons, 0.8)\nprint step",
        "net = linear(5,?) relu linear(4,1)",
        "n = 4\nnet = linear(5,n) relu linear(n,1)",
        "net = linear(5,4)\nnet = linear(2,4)\ntrain xor epochs=1",
        "f(x) = x\nf(x, y) = x + y\nf(1, 2)",
        "y = 1\nif y > 0 { y = 2 }\nprint y",
        "while true { x = 1; break }",
        'file = "other.mt"\nimport file\nprint whatever_it_binds',
        "net = linear(5,1)\ntrain majority epochs=1\nprint losses",
    ],
)
def test_nothing_is_said_of_a_sound_program(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if true { y = 1 }\nprint y", ["MT203"]),
        ("if true { y = 1 } else if false { y = 2 }\nprint y", ["MT203"]),
        ("while false { y = 1 }\nprint y", ["MT203"]),
        ("if true { if false { y = 1 } }\nprint y", ["MT203"]),
        ("x = 1\nif true { del x }\nprint x", ["MT203"]),
        ("x = x + 1", ["MT202"]),
        ("[q for p in [1]]", ["MT201"]),
        ("print [p for p in [1]]\nprint p", ["MT201"]),
        ("f(x) = x + y", ["MT201"]),
        ("f(x) = x\nf()", ["MT204"]),
        ("f(x) = g(x, 1)\ng(x) = x\nf(1)", ["MT204"]),
        ("pi(2)", ["MT312"]),
        ("a = linear(3,2)\nb = a linear(3,1)", ["MT301"]),
        ("a = linear(3,2) relu\nb = a linear(3,1)", ["MT301"]),
        ("net = linear(5,4) linear(4,?)", ["MT315"]),
        ("net = linear(3,1)\ntrain xor", ["MT504"]),
        ("net = linear(2,1)\ntest xor losss=mse", ["MT205"]),
        ("net = linear(2,1) with init=kaming", ["MT206"]),
        ("repeat 2 { if true { break } }\ncontinue", ["MT119"]),
        ("export 3 to 4 as tensorflow", ["MT605"]),
    ],
)
def test_what_is_wrong_is_found_without_running(text, expected):
    assert codes(text) == expected


def test_only_a_check_reports_names_of_some_paths():
    text = "if true { y = 1 }\nprint y"
    assert codes(text, strict=False) == []


def test_problems_come_in_the_order_of_the_source():
    text = "f(x) = aa\nprint bb\nnet = linear(2,3) linear(2,1)\nprint cc"
    places = [problem.place.line for problem in problems_of(Source("t.mt", text))]
    assert places == [1, 2, 3, 4]


def test_names_of_the_session_are_known():
    results = []
    interpreter = Interpreter(results.append)
    interpreter.run(Source("a", "x = 2\nnet = linear(3,1)"))
    assert not interpreter.run(Source("b", "x + 1\ntrain xor"))
    assert [r.code for r in results if isinstance(r, Problem)] == ["MT504"]


def test_a_static_error_stops_a_program_before_its_first_statement():
    results = []
    assert not Interpreter(results.append).run(Source("t.mt", "print 1\nprint nothing_here"))
    assert all(isinstance(result, Problem) for result in results)


@pytest.mark.parametrize(
    "text",
    [
        "net = linear(2,1)\nwhile 2 < 1 { net = linear(3,1) }\ntrain xor epochs=1",
        "net = linear(3,1)\nfor net in [linear(2,1)] { train net on xor epochs=1 }",
        "net = linear(2,3)\nf(net) = net relu linear(4,1)\nf(linear(2,4))",
        "net = linear(2,3)\nxs = [(net linear(4,1)) for net in [linear(2,4)]]",
        "x = 3\nf(x) = x relu\nf(linear(2,1))",
        "f(abs) = abs relu\nf(linear(2,1))",
        "f() = a linear(3,1)\na = linear(2,3)\nf()\na = linear(2,4)",
        "f(x) = x\nf(1)\nf = linear(2,1)\nf(1, 2)",
    ],
)
def test_widths_are_those_of_the_moment(text):
    """No false error where a name stands for one network after the other."""
    assert codes(text) == []


def test_a_function_that_an_earlier_program_defined_may_be_called_before_the_new_one():
    results = []
    interpreter = Interpreter(results.append)
    assert interpreter.run(Source("a", "f(x) = x"))
    assert interpreter.run(Source("b", "f(1)\nf(x, y) = x\nf(1, 2)")), results


@pytest.mark.parametrize("depth", [10, 190])
@pytest.mark.parametrize(
    "text",
    ["x = 1{}|+ 1", "x = {}1|- ", "x = 2{}|^1", "x = 1{}| if true else 1", "x = {}true|not "],
)
def test_deep_expressions_resolve_and_run(text, depth):
    frame, part = text.split("|")
    results = []
    assert Interpreter(results.append).run(Source("t.mt", frame.format(part * depth)))
    assert results == []


def test_branches_within_branches_keep_their_names_apart():
    text = "x = 1\n" + "".join(
        f"if x > {k} {{ if x > 1 {{ a{k} = x }}; b{k} = 1 }} else {{ a{k} = 2; b{k} = 2 }}\n"
        f"print b{k}\nprint a{k}\n"
        for k in range(50)
    )
    assert codes(text) == ["MT203"] * 50
