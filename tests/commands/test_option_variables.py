"""What is no word of an option may be a variable: `train moons batch=size`."""

import pytest

from grammar.source import Source
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem, TrainingReport

NET = "net = linear(2,3) relu linear(3,1) with seed=1\n"


def last(program):
    collector = Collector()
    Interpreter(collector).run(Source("t.mt", program))
    return collector.results[-1]


def losses(program):
    report = last(NET + program)
    assert isinstance(report, TrainingReport), report
    return report.first_loss, report.last_loss


@pytest.mark.parametrize(
    ("bound", "option", "written"),
    [
        ("size = 10", "batch=size", "batch=10"),
        ("size = 5 + 5", "batch=size", "batch=10"),
        ('kind = "adam"', "optimizer=kind", "optimizer=adam"),
        ('how = "all"', "batch=how", "batch=all"),
        ('measure = "bce"', "loss=measure", 'loss="bce"'),
        ("all = 7", "batch=all", "batch=all"),
        ("adam = 7", "optimizer=adam", "optimizer=adam"),
        ("rule = momentum", "optimizer=rule", "optimizer=momentum"),
        ("measure = hinge", "loss=measure", "loss=hinge"),
    ],
)
def test_a_bound_name_is_the_variable_and_a_listed_word_itself(bound, option, written):
    train = "; train moons epochs=2 "
    end = "" if "bce" not in bound else NET.replace("linear(3,1)", "linear(3,1) sigmoid")
    train = train.replace("moons", "moons(labels=signed)") if "hinge" in bound else train
    assert losses(f"{end}{bound}{train}{option}") == losses(f"{end}1{train}{written}")


def test_in_loops_functions_of_rows_and_after_an_if():
    assert isinstance(
        last(NET + "for size in [5, 10] { train moons batch=size epochs=1 }"), TrainingReport
    )
    assert isinstance(
        last(NET + "if pi > 3 { size = 4 }\ntrain moons batch=size epochs=1"), TrainingReport
    )
    program = 'how = "zeros"\nnet = linear(2,1) with init=how\nnet(1, 1)'
    assert last(program).items == (0.0,)


@pytest.mark.parametrize(
    ("program", "code", "help"),
    [
        ("train moons batch=size", "MT206", "write `batch=16`, or `batch=all` for the full set"),
        ("train moons loss=mea", "MT206", "did you mean `mse`? There are mse, bce, hinge, cross_"),
        ("train moons batch=relu", "MT206", "write `batch=16`, or `batch=all` for the full set"),
        ("train moons batch=size; size = 3", "MT202", "move the line that binds `size` before"),
        ("size = 3; del size; train moons batch=size", "MT202", "bind it again: `size = ...`"),
    ],
)
def test_a_name_that_is_not_bound_is_an_error_before_anything_runs(program, code, help):
    [problem] = problems_of(Source("t.mt", NET + program))
    assert problem.code == code
    assert problem.help[0].startswith(help)


@pytest.mark.parametrize(
    ("program", "code", "message"),
    [
        ("size = 2.5; train moons batch=size", "MT308", "`batch` must be a whole number, not 2.5"),
        ("size = moons; train moons batch=size", "MT308", "not a data set"),
        (
            "f(x) = x; g = f; train moons loss=g",
            "MT204",
            "prediction and target, `f` takes 1 value",
        ),
        ("f(x) = x; train moons optimizer=f", "MT206", "`optimizer` is a word, not a function"),
        ("train moons optimizer=sum", "MT206", "there is no optimizer `sum`"),
        ('n = "lst"; train moons every=n', "MT206", "`every` cannot be `lst`"),
        ('kind = "adams"; train moons optimizer=kind', "MT206", "there is no optimizer `adams`"),
    ],
)
def test_a_value_that_does_not_do_is_told(program, code, message):
    problem = last(NET + program)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert message in problem.message


def test_the_words_of_data_sets_may_be_variables_too():
    program = 'for kind in ["signed", "binary"] { d = xor(inputs=kind); print d[0] }'
    collector = Collector()
    Interpreter(collector).run(Source("t.mt", program))
    assert [result.items[0][0] for result in collector.results] == [[-1.0, -1.0], [0.0, 0.0]]
    [problem] = problems_of(Source("t.mt", "d = moons(labels=sgned)"))
    assert (problem.code, problem.message) == ("MT206", "`labels` cannot be `sgned`")
    assert problem.help[0].startswith("did you mean `signed`?")
    assert problem.fix is not None
    assert problem.fix.text == "signed"
