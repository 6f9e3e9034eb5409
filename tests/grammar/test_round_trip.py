"""Programs built from random trees: what is written is what is read, and places are right."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import programs, unparse

from grammar import syntax as s
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source, Span

calm = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=30)
long = settings(calm, max_examples=6_000)


def check_round_trip(tree, seed):
    assert parse(Source("", unparse(tree))) == tree
    noisy = unparse(tree, seed)
    assert parse(Source("", noisy)) == tree, noisy


def check_places(tree, seed):
    text = unparse(tree, seed)
    parsed = parse(Source("", text))
    for node in s.walk(parsed):
        place = node.place
        assert 0 <= place.start <= place.end <= len(text)
        part = text[place.start : place.end]
        assert part == part.strip()
        for child in s.children(node):
            assert place.start <= child.place.start <= child.place.end <= place.end
        if isinstance(node, s.Statement):
            # A statement's own text says the same as the statement.
            assert parse(Source("", part)).statements == [node]
        elif isinstance(node, s.Word):
            assert part.strip("() \t\r\n") == node.text
        elif isinstance(node, s.Name):
            assert part.strip("() \t\r\n") == node.name or "(" in part
        elif stands_alone(node):
            (shown,) = parse(Source("", f"assert ({part}\n)")).statements
            assert shown.condition == node


def stands_alone(node):
    """Whether the node's own text is an expression."""
    if isinstance(node, s.Comprehension):
        return not node.bare
    return isinstance(node, s.Expression) and not isinstance(
        node, s.Hole | s.With | s.Row | s.Pattern
    )


def check_broken(tree, seed):
    """A valid program with a few characters taken, added or swapped: a problem or a tree."""
    chance = random.Random(seed)
    text = unparse(tree)
    for _ in range(chance.randint(1, 3)):
        at, until = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        until = min(until, at + chance.choice([0, 1, 1, 4]))
        text = text[:at] + chance.choice(["", "", *TOKENS]) + text[until:]
    check_text(text)


def check_text(text):
    source = Source("", text)
    try:
        tree = parse(source)
    except SyntaxProblem as caught:
        tree, problem = None, caught
    if tree is not None:
        assert isinstance(tree, s.Program)
        return
    assert problem.code.startswith(("MT1", "MT7"))
    words = f"{problem.message} {problem.label} {problem.help}"
    assert "Token(" not in words
    assert "Expected one of" not in words
    assert isinstance(problem.place, Span)
    assert 0 <= problem.place.start < problem.place.end <= len(source.text) + 1
    source.position(problem.place.start)


SIGNS = "( ) [ ] { } , ; : := = == != < > += -= + - * / ** ^ @ ? . % & | ! $ ' − × ² # #= \r\n"
WORDS = (
    "if else for in while repeat break continue and or not true false grad train test on to as "
    "with compiled print zero backward show step save export set time help del undo elif def "
    "lambda let True x y net relu θ e\u0301 \u0000"
)
VALUES = '2 2.5 .5 1e 1_ "a" "a\\ \n \t'
TOKENS = [*SIGNS.split(" "), *WORDS.split(" "), *VALUES.split(" ")]
seeds = st.integers(0, 2**32)
soup = st.lists(st.sampled_from(TOKENS), max_size=25).flatmap(
    lambda parts: st.sampled_from([" ".join(parts), "".join(parts)])
)


@calm
@given(programs, seeds)
def test_what_is_written_is_read(tree, seed):
    check_round_trip(tree, seed)


@calm
@given(programs, seeds)
@pytest.mark.slow
def test_every_place_is_the_text_of_its_node(tree, seed):
    check_places(tree, seed)


@calm
@given(programs, seeds)
@pytest.mark.slow
def test_broken_programs_give_a_problem_or_a_tree(tree, seed):
    check_broken(tree, seed)


@calm
@given(st.text(max_size=60) | soup)
def test_random_text_gives_a_problem_or_a_tree(text):
    check_text(text)


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
class TestCampaign:
    """The same, at length: more than 20,000 texts."""

    @long
    @given(programs, seeds)
    def test_what_is_written_is_read(self, tree, seed):
        check_round_trip(tree, seed)

    @long
    @given(programs, seeds)
    def test_every_place_is_the_text_of_its_node(self, tree, seed):
        check_places(tree, seed)

    @settings(calm, max_examples=10_000)
    @given(programs, seeds)
    def test_broken_programs(self, tree, seed):
        check_broken(tree, seed)

    @settings(calm, max_examples=12_000)
    @given(st.text(max_size=60) | soup)
    def test_random_text(self, text):
        check_text(text)
