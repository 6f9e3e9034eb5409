"""`show`, `train` and `test` call things as the program does; `test` measures as `train` did."""

import pytest
from command import minitorch

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Table, TrainingReport
from minitorch_shell.results.records import TestReport as Report


def results(program, kind):
    collector = Collector()
    assert Interpreter(collector).run(Source("t.mt", program)), collector.results
    return [result for result in collector.results if isinstance(result, kind)]


@pytest.mark.parametrize(
    ("written", "heading", "value", "operation"),
    [
        ("x*2", "x*2", 6.0, "*"),
        ("x^2", "x^2", 9.0, "^"),
        ("x**2", "x**2", 9.0, "^"),
        ("-x", "-x", -3.0, "-"),
        ("relu(x)", "relu(x)", 3.0, "relu"),
        ("(x + 1) * (x + 2)", "(x + 1) * (x + 2)", 20.0, "*"),
        ("y", "y", 4.0, "+"),
        ("x", "x", 3.0, "none: it is a leaf"),
    ],
)
def test_show_is_headed_by_what_is_shown(written, heading, value, operation):
    [table] = results(f"x = 3; y = x + 1; show {written}", Table)
    assert table.headings[0] == heading
    assert dict(table.rows[:3]) == {"value": value, "gradient": 0.0, "operation": operation}


LEARN = "learn = moons(n=20); net = linear(2,3) relu linear(3,1) sigmoid with seed=1\n"


def test_the_data_has_the_name_that_the_program_gives_it():
    [report] = results(LEARN + "train learn epochs=1", TrainingReport)
    assert report.data == "learn"
    programs = ["test learn", "test net on learn", "test learn[0:5]", "test moons"]
    found = [results(LEARN + program, Report)[0].data for program in programs]
    assert found == ["learn", "learn", "learn[0:5]", "moons"]
    assert results(LEARN + "test moons(n=5)", Report)[0].data == "moons"


@pytest.mark.parametrize("loss", ["mse", "bce"])
def test_test_measures_the_loss_of_the_last_training(loss):
    [report] = results(LEARN + f"train learn epochs=3 loss={loss}; test learn", Report)
    [trained] = results(LEARN + f"train learn epochs=3 loss={loss}", TrainingReport)
    assert (report.loss_name, report.loss) == (loss, trained.test_loss)


def test_test_measures_hinge_after_hinge_and_what_it_is_told_to():
    program = (
        "d = moons(labels=signed); net = linear(2,1) with seed=1\n"
        "train d epochs=2 loss=hinge\ntest d\ntest d loss=mse\n"
    )
    assert [report.loss_name for report in results(program, Report)] == ["hinge", "mse"]


def test_the_loss_is_the_networks_own_and_undo_takes_it_back():
    program = LEARN + "m = copy(net)\ntrain net on learn epochs=1 loss=bce\n"
    for rest, names in (
        ("test m on learn; test net on learn", ["mse", "bce"]),
        ("undo\ntest net on learn\nredo\ntest net on learn", ["mse", "bce"]),
        ("train net on learn epochs=1 loss=mse\ntest net on learn", ["mse"]),
    ):
        assert [report.loss_name for report in results(program + rest, Report)] == names


def test_on_the_command_line():
    done = minitorch("-c", LEARN + "train learn epochs=1 loss=bce every=1; test learn")
    assert "trained net on learn: 1 epoch" in done.stdout
    assert "tested net on learn: 20 rows" in done.stdout
    assert done.stdout.count("(bce)") == 2
