"""Random numbers of the language: from the session's one stream, and from nowhere else."""

import json
from random import Random

import pytest
from command import minitorch

from engine.datasets import Dataset
from engine.randomness import DEFAULT_SEED
from grammar.source import Source
from minitorch_shell.assist.preview import value_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem


def run(program):
    collector = Collector()
    interpreter = Interpreter(collector)
    interpreter.run(Source("t.mt", program))
    return interpreter.session, collector.results


def values(program):
    return [item for result in run(program)[1] for item in result.items]


def test_the_numbers_are_those_of_pythons_generator_at_the_seed():
    done = minitorch("-c", "set digits=17; print random(), random(2), normal(), normal(2)")
    stream = Random(DEFAULT_SEED)
    wanted = [stream.random(), [stream.random(), stream.random()]]
    wanted += [stream.gauss(0, 1), [stream.gauss(0, 1), stream.gauss(0, 1)]]
    assert done.stdout == " ".join(map(str, wanted)) + "\n"


def test_a_seed_gives_the_same_numbers_again_and_another_one_others():
    first, second, other = values(
        "seed 3; a = random(4); seed 3; b = random(4); seed 4; print a, b, random(4)"
    )
    assert first == second != other


def test_numbers_are_fresh_and_leaves_where_they_are_bound():
    [slopes] = values("w = normal(3); backward sum([p^2 for p in w]); print grad w == 2*value(w)")
    assert slopes is True
    a, b = values("print random(), random()")
    assert a != b


def test_choices_follow_their_weights():
    program = (
        "drawn = [choice([0, 1, 2, 3], [1, 0, 3, 0]) for k in range(4000)]\n"
        "print mean([1 if d == 0 else 0 for d in drawn]), mean([1 if d == 2 else 0 for d in drawn])"
    )
    first, third = values(program)
    assert first + third == 1, "a weight of 0 is never drawn"
    assert 0.2 < first < 0.3  # four standard deviations are 0.027
    counts = values('xs = [choice("abc") for k in range(900)]; for c in ["a", "b", "c"] '
                    "{ print len([x for x in xs if x == c]) }")  # fmt: skip
    assert sum(counts) == 900
    assert all(230 < count < 370 for count in counts)  # five standard deviations are 71


def test_a_network_gives_the_weights_of_a_choice():
    assert values("choice([5, 6], softmax([x for x in [-800, 800]]))") == [6.0]
    assert values("w = [0, 9]; choice([5, 6], w)") == [6.0]


def test_a_shuffle_keeps_the_elements_and_leaves_the_list_alone():
    program = "xs = [1, 2, 3, 4, 5, 6, 7, 8]; ys = shuffle(xs); print xs; print ys"
    before, after = values(program)
    assert before == [1, 2, 3, 4, 5, 6, 7, 8]
    assert after != before
    assert sorted(after) == before
    assert values("w = [1, 2]; backward sum(shuffle(w)); grad w") == [[1.0, 1.0]], "the same leaves"


def test_a_data_set_is_chosen_from_and_shuffled_as_rows():
    session, found = run("d = shuffle(moons(noise=0)); row = choice(d)")
    assert found == []
    rows = session.names["d"]
    assert isinstance(rows, Dataset)
    assert rows.labels == (0.0, 1.0)
    assert sorted(rows.rows()) == sorted(session.builtin("moons")(noise=0).rows())
    assert tuple(session.names["row"]) in [(list(x), y) for x, y in rows]


@pytest.mark.parametrize(
    ("program", "code", "message"),
    [
        ("random(-1)", "MT308", "the length of `random` must not be negative, it is -1"),
        ("normal(2.5)", "MT308", "the length of `normal` must be a whole number, not 2.5"),
        ("random(1e8)", "MT704", "`random` makes a list of at most 10,000,000 numbers"),
        ("choice([])", "MT307", "`choice` of an empty list"),
        ("choice(3)", "MT302", "`choice` takes a list, not a number"),
        ("shuffle(linear(1,1))", "MT302", "`shuffle` takes a list, not a network"),
        ("choice([1, 2], [1])", "MT304",
         "`choice` needs a weight for each element, here are 1 for 2"),
        ("choice([1, 2], [1, -1])", "MT308", "the weights of `choice` are 0 or more, not -1"),
        ("choice([1, 2], [1, 0/0])", "MT308", "the weights of `choice` are 0 or more, not nan"),
        ("choice([1, 2], [0, 0])", "MT308", "the weights of `choice` add up to 0"),
        ("choice([1, 2], [1e308, 1e308])", "MT308", "the weights of `choice` add up to inf"),
        ('choice([1, 2], ["a", 1])', "MT302", "`choice` takes a number, not a string"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn(program, code, message):
    problem = run(program)[1][-1]
    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == (code, message)


def test_a_wrong_number_of_values_is_found_before_anything_runs():
    done = minitorch("--check", "-c", "print 1; shuffle()", "-c", "random(1, 2)")
    assert done.returncode == 1
    assert "`shuffle` takes 1 value, here are 0" in done.stderr
    assert "`random` takes 0 to 1 values, here are 2" in done.stderr


def test_looking_ahead_draws_nothing():
    session, _ = run("f(x) = x + random(); xs = [1, 2]")
    before = session.random.getstate()
    for text in ("random()", "normal(2)", "choice(xs)", "shuffle(xs)", "f(1)", "1 + random()"):
        assert value_of(session, text) == ""
    assert session.random.getstate() == before


def test_undo_brings_the_numbers_back():
    collector = Collector()
    interpreter = Interpreter(collector)
    for text in ("x = random()", "undo", "y = random()", "x = 1"):
        interpreter.run(Source("<shell>", text))
    assert interpreter.session.names["y"].data == Random(DEFAULT_SEED).random()


def test_a_failed_statement_has_drawn_what_it_drew_and_undo_takes_that_back():
    collector = Collector()
    interpreter = Interpreter(collector)
    before = interpreter.session.random.getstate()
    interpreter.run(Source("<shell>", "choice([1, 2], [random(), -1])"))
    assert interpreter.session.random.getstate() != before
    interpreter.run(Source("<shell>", "undo"))
    assert interpreter.session.random.getstate() == before


def test_json_and_safe():
    done = minitorch("--safe", "--format=json", "-c", "random()")
    [record] = map(json.loads, done.stdout.splitlines())
    assert record["kind"] == "value"
    assert record["data"]["items"] == [Random(DEFAULT_SEED).random()]


def test_a_name_of_the_program_hides_them_once_told():
    done = minitorch("-c", "random = 2; random + 1; del random; random() < 1")
    assert done.stdout == "3.0\ntrue\n"
    assert "random now hides the built-in" in done.stderr
