"""Options of `train` that are functions or words: schedules, losses of one's own, reports."""

import json

import pytest
from command import minitorch
from portrait import Portrait, assert_same

from grammar.source import Source
from minitorch_shell.checks.resolver import problems_of
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Problem, Progress, TrainingReport
from minitorch_shell.results.records import TestReport as ReportOfTest

NET = "net = linear(2,6) tanh linear(6,1) with seed=3\n"
SCHEDULE = "schedule(k) = 0.3/(1 + k/10)\n"
SQUARE = "square(p, y) = (p - y)^2\n"


def run(program):
    collector = Collector()
    interpreter = Interpreter(collector)
    interpreter.run(Source("t.mt", program))
    return interpreter.session, collector.results


def weights(program):
    session, results = run(program)
    assert not [r for r in results if isinstance(r, Problem) and r.severity == "error"], results
    return [parameter.data for parameter in session.names["net"].parameters()]


def reports(program):
    return [result for result in run(program)[1] if isinstance(result, TrainingReport)]


# ---------------------------------------------------------------- a schedule


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_schedule_is_the_same_as_a_run_for_each_epoch(optimizer):
    data = "d = xor\n"
    train = f"train net on d optimizer={optimizer} every=never"
    at_once = weights(NET + data + SCHEDULE + f"{train} epochs=7 lr=schedule")
    by_epoch = NET + data + SCHEDULE + f"for k in range(7) {{ {train} epochs=1 lr=schedule(k) }}"
    assert at_once == weights(by_epoch)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("data", ["moons", "parity(2)"])
def test_a_schedule_is_compiled_bit_for_bit_as_it_is_eager(optimizer, data):
    train = f"train net on {data} optimizer={optimizer} epochs=20 lr=schedule every=never"
    compiled = weights(NET + SCHEDULE + f"set engine=compiled; {train}")
    assert compiled == weights(NET + SCHEDULE + f"set engine=eager; {train}")
    assert compiled == weights(NET + SCHEDULE + train)


def test_the_epochs_are_counted_from_0_and_asked_for_one_by_one():
    program = NET + (
        "asked = [0]\nschedule(k) = 0.1 if k < 1 else 0\n"
        "train net on xor epochs=1 lr=schedule every=never\nfirst = value(net(1, 1))\n"
        "train net on xor epochs=5 lr=schedule every=never\nsecond = value(net(1, 1))\n"
    )
    once = NET + "train net on xor epochs=1 lr=0.1 every=never\n"
    twice = once + "train net on xor epochs=1 lr=0.1 every=never\n"
    assert weights(program) == weights(twice)


def test_a_schedule_may_be_never_asked_for():
    assert weights(NET + "f(k) = 1/0 - 1/0\ntrain net on xor epochs=0 lr=f") == weights(NET)


@pytest.mark.parametrize(
    ("definition", "code", "message"),
    [
        ("f(k) = 2 - k", "MT308", "the learning rate is 0 or more, `f(3)` is -1"),
        ("f(k) = 0/0", "MT308", "the learning rate is 0 or more, `f(0)` is nan"),
        ("f(k) = [k]", "MT302", "the learning rate is one number, `f(0)` is a list"),
        ("f(k) = k > 3", "MT302", "the learning rate is one number, `f(0)` is a boolean"),
        ("f(k) = g[k]\ng = [0.1, 0.1]", "MT310", "there is no [2]: it has 2 elements"),
    ],
)
@pytest.mark.parametrize("engine", ["compiled", "eager"])
def test_a_rate_that_is_none_stops_at_the_last_whole_epoch(definition, code, message, engine):
    program = f"set engine={engine}\n{NET}{definition}\n"
    session, results = run(program + "train net on xor epochs=9 lr=f every=never")
    problem = results[-1]
    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == (code, message)
    done = {"MT310": 2}.get(code, 3 if "f(3)" in message else 0)
    rates = [2, 1, 0] if "2 - k" in definition else [0.1, 0.1]
    by_hand = NET + "".join(
        f"train net on xor epochs=1 lr={rate} every=never\n" for rate in rates[:done]
    )
    assert [p.data for p in session.names["net"].parameters()] == weights(by_hand)


def test_functions_of_other_numbers_of_values_are_found_before_anything_runs():
    for text, message in (
        ("f(a, b) = a\ntrain net on xor lr=f",
         "`lr` is a function of the epoch, `f` takes 2 values"),
        ("f(a) = a\ntrain net on xor loss=f",
         "`loss` is a function of prediction and target, `f` takes 1 value"),
        ("f(a) = a\ntest net on xor loss=f",
         "`loss` is a function of prediction and target, `f` takes 1 value"),
    ):  # fmt: skip
        [problem] = problems_of(Source("t.mt", NET + text))
        assert (problem.code, problem.message) == ("MT204", message)


def test_the_advice_for_a_schedule_is_a_rate_that_was_tried():
    program = "net = linear(1,1) with seed=1\nd = [[[100],1],[[200],2]]\nf(k) = 10/(1 + k)\n"
    _, results = run(program + "train net on d epochs=200 lr=f every=never")
    [note] = [result for result in results if isinstance(result, Problem)]
    assert note.code == "MT511"
    assert "the learning rate of up to 10 is too large" in " ".join(note.help)
    advice = next(part for part in note.help if "train net on d" in part)
    command = advice.split("`")[3] if advice.count("`") > 3 else advice.split("`")[1]
    assert "lr=f" not in advice
    assert "lr=" in command or "undo" in advice


# ---------------------------------------------------------------- a loss of one's own


@pytest.mark.parametrize("engine", ["auto", "eager"])
def test_the_squared_error_written_out_trains_as_mse_does(engine):
    train = f"set engine={engine}; train net on moons epochs=10 every=last"
    own, of_engine = (
        reports(NET + SQUARE + f"{train} loss={loss}")[0] for loss in ("square", "mse")
    )
    assert own.loss_name == "square"
    assert (own.first_loss, own.last_loss) == (of_engine.first_loss, of_engine.last_loss)
    assert weights(NET + SQUARE + f"{train} loss=square") == weights(NET + f"{train} loss=mse")


OWN_LOSSES = {
    "huber": "huber(p, y) = (p - y)^2/2 if abs(p - y) < 1 else abs(p - y) - 0.5",
    "log cosh": "huber(p, y) = log((exp(p - y) + exp(y - p))/2)",
    "with a number of the program": "c = 0.7; huber(p, y) = c^2 * (sqrt(1 + ((p - y)/c)^2) - 1)",
    "of others": "part(e) = softplus(e) - log(2); huber(p, y) = part(p - y) + part(y - p)",
}


@pytest.mark.parametrize("definition", OWN_LOSSES.values(), ids=OWN_LOSSES)
def test_a_loss_trains_the_same_on_both_engines_and_as_by_hand(definition):
    train = "train net on d epochs=4 batch=all lr=0.2 loss=huber every=never"
    data = "d = line(n=12, noise=0.3)[0:12]\n"
    net = NET.replace("linear(2,6)", "linear(1,6)")
    trained = weights(net + data + definition + f"\n{train}")
    assert trained == weights(net + data + definition + f"\nset engine=eager; {train}")
    by_hand = """
repeat 4 {
    zero net
    loss = mean([huber(net(x), y) for x, y in d])
    backward loss
    for p in params(net) { p := p - 0.2 * grad p }
}"""
    expected = weights(net + data + definition + by_hand)
    assert trained == pytest.approx(expected, rel=1e-12)


def test_for_several_outputs_it_gets_lists_and_the_place_of_the_class():
    program = (
        "net = linear(2,3) softmax with seed=2\nd = blobs(n=30)\nown(p, y) = -sum(y * log(p))\n"
    )
    train = "train net on d epochs=5 every=last loss="
    [own] = reports(program + train + "own")
    [known] = reports(program + train + "cross_entropy")
    assert own.last_loss == pytest.approx(known.last_loss, rel=1e-9)
    assert own.correct == known.correct
    sets = "d = [[[1, 2], [0.5, -1]], [[0, 1], [2, 2]]]\nown(p, y) = mean((p - y)^2)\n"
    two = "net = linear(2,2) with seed=2\n"
    assert weights(two + sets + train + "own") == weights(two + sets + train + "mse")


def test_test_uses_the_loss_of_the_training_and_takes_one_itself():
    double = "double(p, y) = 2*(p - y)^2\n"
    program = NET + double + SQUARE
    program += "train net on xor epochs=3 loss=double every=never\ntest net on xor\n"
    _, results = run(program + "test net on xor loss=square\ntest net on xor loss=mse")
    first, second, third = [result for result in results if isinstance(result, ReportOfTest)]
    assert (first.loss_name, second.loss_name, third.loss_name) == ("double", "square", "mse")
    assert first.loss == pytest.approx(2 * second.loss, rel=1e-12)
    assert second.loss == third.loss


@pytest.mark.parametrize(
    ("definition", "code", "message"),
    [
        ("f(p, y) = [p, y]", "MT302", "a loss is one number, `f` gives a list"),
        ("f(p, y) = p < y", "MT302", "a loss is one number, `f` gives a boolean"),
        ("f(p, y) = p + q\nif pi > 9 { q = 1 }", "MT202", "`q` has no value yet"),
        ('f(p, y) = p + "a"', "MT302", "`+` cannot combine a tensor and a string"),
    ],
)
def test_a_loss_that_is_none_is_told_where_it_is(definition, code, message):
    session, results = run(NET + definition + "\ntrain net on xor loss=f every=never")
    problem = results[-1]
    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == (code, message)
    assert [p.data for p in session.names["net"].parameters()] == weights(NET)


def test_other_leaves_of_a_loss_keep_values_and_gradients():
    program = NET + (
        "d = 0.7; z = d * 2; backward z^2; before = grad d; zbefore = grad z\n"
        "own(p, y) = z * d * (p - y)^2\n"
        "train net on xor epochs=5 loss=own every=never\n"
        "print d, grad d == before, grad z == zbefore"
    )
    _, results = run(program)
    assert results[-1].items == (0.7, True, True)


def test_numbers_that_it_draws_are_the_sessions_and_advice_draws_none():
    program = NET + "own(p, y) = (p - y + 0.01*normal())^2\n"
    train = "train net on xor epochs=12 lr=1e-6 loss=own every=never\n"
    first = run(program + train + "random()")[1][-1].items
    again = run(program + train + "random()")[1][-1].items
    [drawn] = run(program + "x = [normal() for k in range(4*12 + 4)]\nrandom()")[1][-1].items
    assert first == again == (drawn,)


@pytest.mark.parametrize("options", ["lr=schedule", "loss=own", "loss=own lr=schedule"])
def test_undo_and_redo_are_exact(options):
    collector = Collector()
    interpreter = Interpreter(collector)
    setup = NET + SCHEDULE + "d = 0.7; own(p, y) = d*(p - y)^2 + 0*random()"
    for line in setup.splitlines():
        assert interpreter.run(Source("<shell>", line))
    before = Portrait(interpreter.session)
    train = f"train net on moons epochs=4 optimizer=adam every=never {options}"
    assert interpreter.run(Source("<shell>", train))
    after = Portrait(interpreter.session)
    assert interpreter.run(Source("<shell>", "undo"))
    assert_same(interpreter.session, before)
    assert interpreter.run(Source("<shell>", "redo"))
    assert_same(interpreter.session, after)


# ---------------------------------------------------------------- reports


@pytest.mark.slow
def test_every_says_how_much_is_printed():
    program = NET + "train net on xor epochs=20 "
    assert minitorch("-c", program + "every=never").stdout == ""
    [line] = minitorch("-c", program + "every=last").stdout.splitlines()
    assert line.startswith("trained net on xor: 20 epochs, loss ")
    assert len(minitorch("-c", program + "every=10").stdout.splitlines()) == 4
    assert minitorch("-c", 'how = "never"\n' + program + "every=how").stdout == ""
    assert len(minitorch("-c", "last = 5\n" + program + "every=last").stdout.splitlines()) == 1


def test_never_still_notes_what_went_wrong_and_binds_the_losses():
    done = minitorch(
        "-c", "net = linear(1,1) with seed=1; train net on [[[100],1],[[200],2]] lr=10 every=never",
        "-c", "len(losses) > 0",
    )  # fmt: skip
    assert done.stdout == "true\n"
    assert "MT511" in done.stderr


def test_json_has_no_record_of_a_run_that_says_nothing():
    done = minitorch("--format=json", "-c", NET + "train net on xor epochs=20 every=never")
    assert done.stdout == ""
    done = minitorch("--format=json", "-c", NET + "train net on xor epochs=20 every=last")
    [record] = map(json.loads, done.stdout.splitlines())
    assert record["kind"] == "training"


@pytest.mark.slow
def test_with_last_a_live_display_still_hears_how_far_it_is():
    _, results = run(NET + "train net on moons epochs=3000 every=last")
    seen = [result for result in results if isinstance(result, Progress)]
    assert not any(progress.report for progress in seen)
    assert not [r for r in run(NET + "train net on xor epochs=3000 every=never")[1]
                if isinstance(r, Progress)]  # fmt: skip


def test_both_accuracies_stand_in_the_last_line():
    program = NET + "a, b = split(moons, 0.8)\ntrain net on a epochs=20 every=last validate=b\n"
    _, results = run(program + "accuracy(net, a); accuracy(net, b)")
    report, on_a, on_b = [result for result in results if not isinstance(result, Progress)]
    assert (report.correct / report.rows, report.rows) == (on_a.items[0], 80)
    assert (report.validation_correct / report.validation_rows, report.validation_rows) == (
        on_b.items[0],
        20,
    )
    line = minitorch("-c", program).stdout.splitlines()[-1]
    both = f"accuracy {report.correct}/80 (validation {report.validation_correct}/20)"
    assert line.endswith(both)


def test_of_a_share_both_parts_are_judged_alone():
    [report] = reports(NET + "train net on moons epochs=20 validate=0.25 every=last")
    assert (report.rows, report.validation_rows) == (75, 25)
    [whole] = [r for r in run(NET + "train net on moons epochs=20 validate=0.25 every=last\n"
                              "test net on moons")[1] if isinstance(r, ReportOfTest)]  # fmt: skip
    assert report.correct + report.validation_correct == whole.correct


def test_of_a_regression_it_is_r_squared():
    net = "net = linear(1,8) tanh linear(8,1) with seed=1\n"
    line = minitorch("-c", net + "train net on sine epochs=50 validate=0.2 every=last").stdout
    assert line.rstrip().endswith(")")
    assert ", R² 0." in line
    assert "(validation " in line


def test_a_loss_that_was_not_reached_is_said():
    program = NET + "train net on xor epochs=5 every=last until="
    assert minitorch("-c", program + "1e-6").stdout.endswith(", until=1e-06 was not reached\n")
    assert "until" not in minitorch("-c", program + "5").stdout
    [report] = reports(program + "1e-6")
    assert (report.stopped, report.missed) == ("finished", 1e-6)
    assert reports(program + "5")[0].missed is None
