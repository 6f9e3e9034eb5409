"""Forms of other languages that parse: what is said of them works when it is followed."""

import pytest

from grammar.mistakes.unfinished import OPTIONS
from grammar.source import Source
from minitorch_shell.catalogue.options import FOREIGN_OPTIONS, known_options
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem

NET = "net = linear(2,3) relu linear(3,1) with seed=1\n"


def only(text):
    [problem] = problems_of(Source("t.mt", text))
    return problem


def mended(text, problem):
    """The text with the fix of the problem."""
    at = problem.fix.place
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: at.line - 1]) + at.column - 1
    return text[:start] + problem.fix.text + text[start + at.length :]


@pytest.mark.parametrize(
    ("before", "line", "code", "help", "good"),
    [
        (NET, "train net with xor", "MT112", "`train net on xor`", "train net on xor"),
        (NET + "lr = 0.1\n", "train xor lr", "MT112", "`train xor lr=lr`", "train xor lr=lr"),
        (NET, "train xor learning_rate=0.1", "MT205", "`lr`", "train xor lr=0.1"),
        (NET, "train xor batch_size=2 n_epochs=3", None, "", ""),
        (NET, "accuracy net", "MT112", "`accuracy(net, moons)`", "accuracy(net, moons)"),
        (NET + "train xor\n", "accuracy net", "MT112", "(net, xor)`", "accuracy(net, xor)"),
        ("net = linear(5,1)\n", "accuracy net", "MT112", "(net, maj", "accuracy(net, majority)"),
        (NET, "params net", "MT112", "`params(net)`", "params(net)"),
        ("xs = [1, 2]\n", "y = mean xs", "MT112", "`mean(xs)`", "y = mean(xs)"),
        ("x = 2; z = x^2\n", "dz/dx", "MT201", "`backward z; grad x`", "backward z; grad x"),
        ("", "net = linear 2 3", "MT112", "`linear(2, 3)`", "net = linear(2, 3)"),
        (NET, "net[0].weight", "MT107", "`weights(net[0])`", "weights(net[0])"),
        ("x = 2\n", "x++", "MT113", "`x := x + 1`", "x := x + 1"),
        ("x = -2\n", "|x|", "MT113", "`abs(x)`", "abs(x)"),
        ("x = 2\n", "√x", "MT113", "`sqrt(x)`", "sqrt(x)"),
        ("x = 2; z = x^2\n", "∂z/∂x", "MT113", "`backward z; grad x`", "backward z; grad x"),
        ("", "7 // 2", "MT113", "`floor(7 / 2)`", "floor(7 / 2)"),
        ("x = 2\n", "%time x", "MT113", "`time x`", "time x"),
        ("x = 2\n", "help(x)", "MT113", "`help x`", "help x"),
        ("", "?train", "MT113", "`help train`", "help train"),
        ("", "n = linear(2,3) with init=0", "MT206", "`zeros`", "n = linear(2,3) with init=zeros"),
    ],
)  # fmt: skip
def test_the_whole_line_is_known_and_runs(before, line, code, help, good):
    if code is None:
        found = problems_of(Source("t.mt", before + line))
        assert [problem.help[0] for problem in found] == [
            "did you mean `batch`?",
            "did you mean `epochs`?",
        ]
        return
    problem = only(before + line)
    assert (problem.code, help in problem.help[0]) == (code, True), problem
    assert mended(before + line, problem) == before + good
    collector = Collector()
    assert Interpreter(collector).run(Source("t.mt", before + good)), collector.results


@pytest.mark.parametrize(
    ("text", "code", "help"),
    [
        (NET + "train mnist", "MT201", "the data sets there are: majority, parity, xor, moons"),
        (NET + "test net on cifar10", "MT201", "the data sets there are: majority, parity"),
        (NET + "d = xor\ntrain dd", "MT201", "did you mean `d`?"),
        ("!ls", "MT113", "Ctrl-Z goes back to the system's shell"),
        ("x = 2; z = x; print dz/dx", "MT201", "write `backward z` before, here `grad x`"),
        (NET + "train xor lr", "MT112", "write `lr=...`"),
    ],
)
def test_where_the_line_is_not_known_the_way_is_told(text, code, help):
    problem = only(text)
    assert (problem.code, problem.help[0][: len(help)]) == (code, help)


def last_problem(program):
    collector = Collector()
    Interpreter(collector).run(Source("t.mt", program))
    return [result for result in collector.results if isinstance(result, Problem)][-1]


@pytest.mark.parametrize(
    ("program", "code", "help"),
    [
        ("set lr=0.1", "MT208", "write it in the line of `train`, behind the data: `lr=0.1`"),
        ('"a"*2.5', "MT302", '`"ab" * 3`'),
        ("zip([1,2], xor)", "MT304", "`len(a)` tells the length of a list"),
        ('words = ["a", "b"]; words[0] := "x"', "MT402", "make a new list: `words = ["),
        ("net = [linear(2,3), relu]", "MT503", "`net = linear(2,3) relu`"),
        ("ls = [linear(2,3), relu, linear(3,1)]", "MT503", "`ls = linear(2,3) relu linear(3,1)`"),
    ],
)
def test_what_only_running_shows(program, code, help):
    problem = last_problem(program)
    assert (problem.code, help in problem.help[0]) == (code, True), problem


@pytest.mark.parametrize("place", ["0", "-1", "k"])
def test_the_new_list_differs_in_one_place(place):
    program = f'k = 1; words = ["a", "b", "c"]\nwords[{place}] := "x"'
    good = last_problem(program).help[0].partition("`")[2].removesuffix("`")
    collector = Collector()
    assert Interpreter(collector).run(
        Source("t.mt", program.replace("words[", good + " #") + "\nprint words")
    )
    expected = {"0": ["x", "b", "c"], "-1": ["a", "b", "x"], "k": ["a", "x", "c"]}
    assert collector.results[-1].items == (expected[place],)


@pytest.mark.parametrize(
    "program",
    [
        "kinds = [relu, tanh]",
        "nets = [linear(2,1), linear(2,3)]",
        "dz = 4; dx = 2; dz/dx",
        "ok = true; if not ok { print 1 }",
        "zip([1,2,3], \"abc\"); zip(xor, [1,2,3,4])",
        "linear = 3; xs = [linear, 4]",
    ],
)  # fmt: skip
def test_healthy_twins_are_left_alone(program):
    collector = Collector()
    assert Interpreter(collector).run(Source("t.mt", program))
    codes = [r.code for r in collector.results if isinstance(r, Problem)]
    assert codes in ([], ["MT207"])


def test_options_are_known_to_the_grammar_and_to_the_table_of_foreign_names():
    assert set(known_options("train")) == OPTIONS
    assert set(FOREIGN_OPTIONS.values()) <= OPTIONS
    assert not OPTIONS & set(FOREIGN_OPTIONS)
