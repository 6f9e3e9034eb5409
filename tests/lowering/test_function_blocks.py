"""Functions with names of their own: blocks and `where`."""

import math

import pytest
from command import minitorch

from grammar.source import Source
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem, Value


def run(text: str, interpreter: Interpreter | None = None) -> list[object]:
    """What a program shows; it must not fail."""
    told = Collector()
    if interpreter is None:
        interpreter = Interpreter(told)
    else:
        interpreter.session.receive = told
    interpreter.run(Source("<test>", text))
    errors = [r for r in told.results if isinstance(r, Problem) and r.severity == "error"]
    assert not errors, errors
    return [item for r in told.results if isinstance(r, Value) for item in r.items]


def error_of(text: str) -> Problem:
    told = Collector()
    Interpreter(told).run(Source("<test>", text))
    [error] = [r for r in told.results if isinstance(r, Problem) and r.severity == "error"]
    return error


def found(text: str) -> list[tuple[str, int]]:
    return [(p.code, p.place.line if p.place else 0) for p in problems_of(Source("<t>", text))]


NORM = """\
norm(xs) = [(x - m)/s for x in xs] where m = mean(xs), s = sqrt(mean([(x - m)^2 for x in xs]))
"""


def test_where_binds_in_order() -> None:
    [shown] = run(NORM + "norm([1, 2, 6])")
    mean = 3.0
    deviation = math.sqrt((4 + 1 + 9) / 3)
    assert shown == pytest.approx([(x - mean) / deviation for x in (1, 2, 6)], rel=1e-15)
    assert [code for code, _ in found("f(x) = a where a = b, b = x")] == ["MT202"]


def test_where_may_begin_the_next_line() -> None:
    text = "f(x) = a + b\n\n    # the parts\n    where a = x^2,\n          b = 3*x\nf(2)\nf"
    assert run(text)[0] == 10.0
    assert run("where = 3; where + 1") == [4.0]


def test_where_unpacks_and_makes_networks() -> None:
    assert run("pair(x) = [x, 2*x]\nf(x) = a*b where a, b = pair(x)\nf(3)") == [18.0]
    assert run("f(x) = len(net(x)) where net = linear(1,2) relu linear(2,3)\nf(1)") == [3]


def test_the_last_statement_is_the_value() -> None:
    text = """\
f(x) = {
    y = x^2
    z = y + 1
    z*y
}
x = 2
backward f(x)
print f(3), grad x
"""
    assert run(text) == [90.0, 4 * 2.0**3 + 2 * 2.0]


@pytest.mark.parametrize(("x", "value"), [(4, "one"), (0, "two"), (-1, "three"), (-9, "four")])
def test_the_ways_out(x: int, value: str) -> None:
    text = """\
f(x) = {
    if x > 3 { return "one" }
    if x > -1 {
        y = "two"
        y
    } else if x > -5 {
        "three"
    } else {
        return "four"
    }
}
"""
    assert run(text + f"f({x})") == [value]


def test_return_leaves_loops() -> None:
    text = "first(xs) = { for x in xs { if x > 2 { return x } }; return -1 }\n"
    assert run(text + "first([1, 3, 5]); first([1])") == [3.0, -1.0]


def test_what_stands_in_the_middle_is_shown() -> None:
    assert run("f(x) = { x + 1; y = 2*x; y; y*y }\nf(3)") == [4.0, 6.0, 36.0]


def test_a_procedure_is_called_as_a_statement() -> None:
    text = "say(n) = { for k in range(n) { print k } }\nnothing() = { }\nboth() = say(1)\n"
    assert run(text + "say(2); nothing(); both()") == [0, 1, 0]
    for use in (
        "y = say(1)",
        "print say(1)",
        "say(1) + 1",
        "[say(1)]",
        "sum(say(1))",
        "z = both()",
    ):
        assert error_of(text + use).code == "MT325"
    assert error_of("f(x) = { if x > 0 { return 1 } }\ny = f(-1)").code == "MT325"
    assert run("f(x) = { if x > 0 { return 1 } }\nf(-1); f(1)") == [1.0]


def test_names_of_a_block_are_its_own() -> None:
    text = """\
y = 1; k = 2
f(x) = {
    y = 10*x
    for k in range(3) { y = y + k }
    a, b = [y, k]
    a + b
}
f(1)
print y, k
"""
    assert run(text) == [15.0, 1.0, 2.0]


def test_other_names_are_looked_up_when_it_is_called() -> None:
    assert run("f(x) = { y = x*rate; y }\nrate = 2; f(3); rate = 5; f(3)") == [6.0, 15.0]


def test_functions_within_functions() -> None:
    text = """\
outer(a) = {
    n = 1
    inner(b) = { c = a*b; c + n }
    shift(b) = b + n
    n = 100
    inner(2) + shift(0)
}
outer(10)
"""
    assert run(text) == [220.0]
    assert run("adder(n) = { add(x) = x + n; add }\nf = adder(3); f(4)") == [7.0]
    assert found("f(x) = { g(a, b) = a + b; g(x) }\nf(1)") == [("MT204", 1)]
    assert found("g(a) = a\nf(x) = { g(a, b) = a + b; g(x, 1) }\nf(1)") == []


def test_leaves_of_a_block() -> None:
    text = "f() = { w = 3; z = w^2; backward z; grad w }\nf(); f()"
    assert run(text) == [6.0, 6.0]
    assert run("f() = { w = [1, 2]; backward w @ w; zero; grad w }\nf()") == [[0.0, 0.0]]
    assert run("w = 5\nf() = { w := w - 1 }\nf(); w") == [4.0]
    assert run("f() = { w = 5; w := w - 1; del w; w = 7; w }\nf()") == [7.0]


def test_training_in_a_block() -> None:
    text = """\
run(lr) = {
    net = linear(2,8) tanh linear(8,1) with seed=1
    train xor epochs=200 lr=lr every=200
    accuracy(net, xor)
}
run(0.1) == 1
len(losses)
"""
    interpreter = Interpreter(Collector())
    assert run(text, interpreter) == [True, 200]
    assert "net" not in interpreter.session.user_names()
    assert found(text) == [("MT203", 7)]  # who knows whether the function was called


def test_statements_of_a_function_from_another_file_know_their_own_text(tmp_path) -> None:
    (tmp_path / "tools.mt").write_text('sure(x) = {\n  y = x\n  assert y > 3, "small"\n}\n')
    (tmp_path / "main.mt").write_text('import "tools.mt"\nsure(4)\nsure(1)\n')
    result = minitorch("main.mt", cwd=tmp_path)
    assert result.returncode == 1
    assert "MT313" in result.stderr
    assert "tools.mt:3:10" in result.stderr


def test_recursion_is_as_deep_as_that_of_other_functions() -> None:
    text = "deep(n) = { if n < 1 { return 0 }; m = n - 1; 1 + deep(m) }\n"
    assert run(text + "deep(998)") == [998.0]
    assert error_of(text + "deep(1001)").code == "MT703"
    assert error_of("f(x) = g(x) where g = f\nf(1)").code == "MT703"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("f(x) = { y = x; y + zz }", [("MT201", 1)]),
        ("f(x) = { y = z; z = x; y }", [("MT202", 1)]),
        ("n = 1\nf(x) = { n = n + x; n }", [("MT202", 2)]),
        ("n = 1\nf(x) = { n += x; n }", [("MT202", 2)]),
        ("f(x) = { if x > 0 { y = 1 }; y }", [("MT203", 1)]),
        ("f(x) = { while x > 0 { y = 1; break }; y }", [("MT203", 1)]),
        ("f(x) = { del x; x }", [("MT202", 1)]),
        ("f(x) = { y = x; y }\nf(1, 2)", [("MT204", 2)]),
        ("f(x) = { y = x; y }\ny", [("MT201", 2)]),
        ("f(x) = { break }", [("MT119", 1)]),
        ("repeat 2 { f(x) = { continue } }", [("MT119", 1)]),
        ("f(x) = { m = linear(2,3); n = m linear(2,1); n }", [("MT301", 1)]),
        ("m = linear(2,3)\nf(x) = { m = linear(2,2); n = m linear(2,1); n }", []),
        ("m = linear(2,3)\nf(m) = { n = m linear(2,1); n }", []),
        ("f(x) = m + x where m = q", [("MT201", 1)]),
        ("f(x) = { g(t) = t + y; y = 2; g(x) }", []),
        ("f(x, x) = { x }", [("MT209", 1)]),
    ],
)  # fmt: skip
def test_what_a_check_knows(text: str, wrong: list[tuple[str, int]]) -> None:
    assert found(text) == wrong


def test_it_comes_back_with_undo() -> None:
    interpreter = Interpreter(Collector())
    text = "x = 2\nf() = { y = x^2; backward y; x := 7; grad x }\n"
    assert run(text + "f()", interpreter) == [4.0]
    assert run("undo; grad x; x", interpreter) == [0.0, 2.0]


def test_under_safe_it_is_bounded() -> None:
    text = "f() = { n = 0; while true { n := n + 1 }; n }\nf()"
    result = minitorch("--safe", "--max-seconds", "0.3", "-c", text)
    assert result.returncode == 1
    assert "MT706" in result.stderr
