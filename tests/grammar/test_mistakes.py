"""What is said of texts that are no programs: code, place, words and the proposed fix."""

import re

import pytest
from mistakes_table import TABLE

from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.catalogue.builtins import GROUPS


def problem_of(text):
    with pytest.raises(SyntaxProblem) as caught:
        parse(Source("test.mt", text), GROUPS)
    return caught.value


def no_word_of_the_parser(problem):
    words = " ".join(
        [problem.message, problem.label, problem.help, *(label for _, label in problem.related)]
    )
    inner = re.search(r"Token\(|Expected one of|\b_?[A-Z]{3,}_?[A-Z]*\b|__anon", words)
    return problem.message and problem.help and not inner


@pytest.mark.parametrize("row", TABLE, ids=[repr(row[0][:30]) for row in TABLE])
def test_the_mistake_is_named(row):
    text, code, marked, message, help_text, fixed = row
    problem = problem_of(text)
    place = (
        tuple(problem.place) if isinstance(marked, tuple) else Source("", text).slice(problem.place)
    )
    found = (problem.code, place, problem.message, problem.help)
    assert found == (code, marked, message, help_text)
    assert (problem.fix.apply(text) if problem.fix else None) == fixed
    assert no_word_of_the_parser(problem)
    if fixed is not None:
        parse(Source("test.mt", fixed))


def test_a_fix_that_does_not_help_is_not_proposed():
    assert problem_of("x.grad.data").fix is None
    assert problem_of("y = 2x\nz = )").fix is not None


def test_a_bracket_closed_by_another_names_both_places():
    problem = problem_of("x = [1, 2)")
    assert [(tuple(place), label) for place, label in problem.related] == [((4, 5), "opened here")]


def test_a_named_value_before_one_without_a_name_is_marked_too():
    problem = problem_of("f(x=1, 2)")
    assert [(tuple(place), label) for place, label in problem.related] == [
        ((2, 5), "the first named one")
    ]


def test_commands_of_later_versions_are_free_names():
    parse(Source("", "plot = 3; plot + 1; graph(2); check = [plot]"))


def test_long_flat_programs_are_not_deep():
    parse(Source("", "x = [" + "1, " * 5_000 + "]"))
    parse(Source("", "x = a" + " < a" * 2_000))
    parse(Source("", "if a {}" + " else if b {}" * 2_000))
    parse(Source("", "x = 1" + " + 1" * 190))
    parse(Source("", "x = " + "[" * 100 + "]" * 100))


@pytest.mark.parametrize(
    "text",
    [
        "a" + "+a" * 10_000,
        "-" * 10_000 + "x",
        "2" + "^2" * 10_000,
        "f" + "(1)" * 10_000,
        "x" + "[0]" * 10_000,
        "time " * 10_000 + "vars",
        "a" + " if a else a" * 10_000,
        "repeat 2 { x = a" + " and a" * 10_000 + " }",
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.slow
def test_endless_chains_are_too_deep(text):
    assert problem_of(text).code == "MT702"


def test_endless_brackets_are_too_deep():
    for opener in "([{":
        text = ("repeat 2 {" if opener == "{" else opener) * 10_000
        assert problem_of(text).code == "MT701"


def test_without_predefined_names_there_is_still_a_message():
    for row in TABLE:
        with pytest.raises(SyntaxProblem):
            parse(Source("test.mt", row[0]))


@pytest.mark.parametrize(
    "text",
    ["is = 3; print is; y = is + 1", "exp = 3; exp", "f = 2; print f", "net = relu tanh sigmoid"],
)
def test_names_that_look_foreign_stay_free(text):
    parse(Source("", text))
