"""Strings as sequences, elements bound anew, unpacking on two levels, and `_`."""

import pytest

from grammar.source import Source
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem, Value


def results(text: str) -> tuple[list[object], list[str]]:
    """What a program shows, and the codes of its errors."""
    told = Collector()
    Interpreter(told).run(Source("<test>", text))
    shown = [item for r in told.results if isinstance(r, Value) for item in r.items]
    errors = [r for r in told.results if isinstance(r, Problem) and r.severity == "error"]
    return shown, [error.code for error in errors]


def shown(text: str) -> list[object]:
    values, errors = results(text)
    assert not errors
    return values


def test_strings_are_sequences() -> None:
    assert shown('s = "emma"\nprint s[0], s[-1], s[1:3], s[2:], len(s), s + "!"') == [
        "e", "a", "mm", "ma", 4, "emma!",
    ]  # fmt: skip
    assert shown('for c in "ab" { c }\n[c + c for c in "xyz"]') == ["a", "b", ["xx", "yy", "zz"]]
    assert shown('a, b = "hi"\nprint b, a\n[p + q for p, q in ["ab", "cd"]]') == [
        "i", "h", ["ab", "cd"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ('"m" in "emma"', True), ('"mm" in "emma"', True), ('"" in ""', True),
        ('"x" in "emma"', False),
        ('"x" not in "emma"', True), ("2 in [1, 2]", True), ("2 not in [1, 2]", False),
        ("[1] in [[1], [2]]", True), ("1 in range(3)", True), ("3 in range(3)", False),
        ("x in [2]", True), ("[[0, 1], 1] in xor", True), ('"a" in ["ab"]', False),
        ("not 2 in [1]", True), ("1 + 1 in [2] and true", True), ("1 if 2 in [2] else 0", 1.0),
        ("[a in [2] for a in [1, 2]]", [False, True]), ("[a for a in [1, 2] if a in [2]]", [2.0]),
    ],
)  # fmt: skip
def test_in(question: str, answer: object) -> None:
    assert shown(f"x = 2\n{question}") == [answer]


def test_in_is_a_condition_and_only_looks_into_what_has_elements() -> None:
    assert shown('if "a" in "ab" { 1 }\nwhile 2 in [1] { 2 }') == [1.0]
    assert results("3 in 4")[1] == ["MT302"]
    assert results('3 in "34"')[1] == ["MT302"]


def test_an_element_is_bound_anew() -> None:
    text = "xs = [1, 2, 3]; ys = xs\nxs[1] = 20; xs[-1] = 30\nprint xs, ys\n"
    assert shown(text) == [[1.0, 20.0, 30.0], [1.0, 2.0, 3.0]]
    assert shown("A = [[1, 2], [3, 4]]; B = A\nA[1][0] = 9; A[0] = [7]\nprint A, B") == [
        [[7.0], [9.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]],
    ]  # fmt: skip
    assert shown('words = ["a", "b"]\nwords[0] = "c"\nwords') == [["c", "b"]]
    assert shown("n = range(3)\nn[0] = 5\nn") == [[5, 1, 2]]


def test_elements_are_leaves_and_the_others_stay_what_they_were() -> None:
    text = "w = [1, 2]; first = w[0]\nw[1] = 3\nbackward w[1]^2 + first\ngrad w; w[0] + first"
    assert shown(text) == [[1.0, 6.0], 2.0]
    assert shown("w = [1, 2]\nw[0] = 5\nw[0] := 6\nw") == [[6.0, 2.0]]


def test_counting_with_elements() -> None:
    text = """\
counts = [len([]) for c in "abc"]
at = len([])
for c in "abcab" {
    if c == "a" { counts[at] += len([0]) }
}
counts
"""
    assert shown(text) == [[2, 0, 0]]
    assert shown("xs = [1, 2]\nxs[0] *= 5; xs[1] -= 1; xs[1] /= 2\nxs") == [[5.0, 0.5]]


def test_the_place_of_an_element_is_computed_once() -> None:
    text = """\
calls = 0
place(k) = { calls := calls + 1; print "once"; k }
xs = [1, 2]
xs[place(1)] += 5
xs
"""
    assert shown(text) == ["once", [1.0, 7.0]]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("xs = [1]; xs[1] = 2", "MT310"), ("xs = [1]; xs[0.5] = 2", "MT308"),
        ('s = "ab"; s[0] = "c"', "MT302"), ("x = 2; x[0] = 3", "MT302"), ("xs[0] = 2", "MT201"),
        ("xs = [1]; xs[0:1] = 2", "MT110"), ("f() = [1]; f()[0] = 2", "MT110"),
        ("xs = [1]; a, xs[0] = [1, 2]", "MT110"), ("xs = [1]\nf() = { xs[0] = 2 }\nf()", "MT202"),
        ("(x, y)", "MT113"), ("a, (b, c) = [1, 2]", "MT311"), ("a, (b, c) = [1, [2]]", "MT311"),
        ("for i, (x, y) in [[1, 2]] { x }", "MT311"), ("_", "MT202"), ("_ + 1", "MT202"),
    ],
)  # fmt: skip
def test_what_cannot_be(text: str, code: str) -> None:
    assert results(text)[1] == [code]


def test_names_are_unpacked_on_two_levels() -> None:
    assert shown("a, (b, c) = [1, [2, 3]]\nprint a, b, c") == [1.0, 2.0, 3.0]
    assert shown("(a, b), c = [[1, 2], 3]\nbackward a*b*c\ngrad a") == [6.0]
    assert shown("(a, b) = [1, 2]\na + b") == [3.0]
    assert shown("for k, (x, y) in zip(range(2), [[1, 2], [3, 4]]) { print k, x, y }") == [
        0, 1.0, 2.0, 1, 3.0, 4.0,
    ]  # fmt: skip
    assert shown("[k + x[0]*x[1] + y for k, (x, y) in zip(range(4), xor)]") == [
        [0.0, 2.0, 3.0, 4.0]
    ]
    assert shown("f(p) = a + b*c where a, (b, c) = p\nf([1, [2, 3]])") == [7.0]
    assert shown("f(p) = { for a, (b, c) in p { return c } }\nf([[1, [2, 3]]])") == [3.0]
    assert problems_of(Source("<t>", "for i, (x, y) in [[1, [2, 3]]] { x + y + i }")) == []
    assert [p.code for p in problems_of(Source("<t>", "a, (b, c) = [1, [2, 3]]; d"))] == ["MT201"]


def test_the_value_shown_last() -> None:
    assert shown("2 + 3\n_ * 2\nx = _\nx + 1") == [5.0, 10.0, 11.0]
    assert shown("x = 3\nx^2\nbackward _\ngrad x") == [9.0, 6.0]
    assert shown("7\nfor _, y in [[1, 2]] { y }\n_") == [7.0, 2.0, 1.0]
    assert shown("7\nf(_) = _ + 1\nf(1)\n[_ for _ in [4]]\n_") == [7.0, 2.0, [4.0], [4.0]]
    assert problems_of(Source("<t>", "_ + 1")) == []


def test_undo_and_redo_bring_it_back() -> None:
    assert shown("1\nx = 2\n5\nxs = [1]; xs[0] = 4; undo; xs") == [1.0, 5.0, [1.0]]
    assert shown("xs = [1]\nxs[0] = 4\nundo\nredo\nxs") == [[4.0]]
