"""The lists of losses that `train` binds, and names that are the program's own."""

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Problem

NET = "net = linear(2,3) tanh linear(3,1)\n"


def run(text):
    results = []
    interpreter = Interpreter(results.append)
    assert interpreter.run(Source("<command>", text)), results[-1]
    told = [(r.code, r.message.split(" ", 1)[0]) for r in results if isinstance(r, Problem)]
    return interpreter.session.names, told


def test_the_losses_are_bound_fresh_each_time():
    names, told = run(NET + "train xor epochs=3\nmine = losses\ntrain xor epochs=5")
    assert (len(names["mine"]), len(names["losses"])) == (3, 5)
    assert told == []


def test_those_of_validate_are_bound_beside_them():
    names, _ = run(NET + "train xor epochs=3\ntrain moons epochs=4 validate=0.2")
    assert (len(names["losses"]), len(names["validation_losses"])) == (4, 4)
    names, _ = run(NET + "train xor epochs=3")
    assert "validation_losses" not in names


def test_lists_of_the_program_stay_and_that_is_told_once():
    own = NET + "losses = [1, 2]; validation_losses = 3\n"
    names, told = run(own + "repeat 3 { train moons epochs=4 validate=0.2 }")
    assert len(names["losses"]) == 2
    assert names["validation_losses"].data == 3.0
    assert told == [("MT214", "`losses`"), ("MT214", "`validation_losses`")]


def test_the_advice_frees_the_name():
    names, told = run(NET + "losses = [1, 2]\ntrain xor epochs=4\ndel losses\ntrain xor epochs=5")
    assert len(names["losses"]) == 5
    assert told == [("MT214", "`losses`")]


def test_undo_knows_whose_the_name_was():
    back = "train xor epochs=4\nlosses = [1, 2]\nundo\ntrain xor epochs=6"
    names, told = run(NET + back)
    assert (len(names["losses"]), told) == (6, [])
    forth = "train xor epochs=4\nlosses = [1, 2]\nundo\nredo\ntrain xor epochs=6"
    names, told = run(NET + forth)
    assert (len(names["losses"]), told) == (2, [("MT214", "`losses`")])


def test_a_check_knows_them():
    results = []
    text = "net = linear(2,1)\ntrain moons validate=0.2\nprint losses, validation_losses"
    assert Interpreter(results.append).check(Source("t.mt", text), strict=True) is not None
    assert Interpreter(results.append).check(Source("t.mt", "print validation_losses")) is None
