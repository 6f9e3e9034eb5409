"""`undo`, `redo`, `history`: what they bring back, and what they say."""

from itertools import pairwise
from pathlib import Path

import pytest
from portrait import Portrait, assert_same

from grammar.parser import parse
from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Lines, Problem, Table, Value
from minitorch_shell.session import journal

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.mt"))


def start(*texts: str) -> tuple[Interpreter, Collector]:
    told = Collector()
    interpreter = Interpreter(told)
    for text in texts:
        run(interpreter, text)
    return interpreter, told


def run(interpreter: Interpreter, text: str) -> bool:
    return interpreter.run(Source("<shell>", text))


def number(interpreter: Interpreter, text: str) -> float:
    """The value of an expression, looked at aside."""
    found = Collector()
    with interpreter.session.aside(found):
        assert run(interpreter, text), found.results
    [value] = found.results
    assert isinstance(value, Value)
    return value.items[0]  # type: ignore[return-value]


def problems(told: Collector) -> list[Problem]:
    return [r for r in told.results if isinstance(r, Problem) and r.severity == "error"]


# ---------------------------------------------------------------- exactly

# One program after another in one session; each statement is undone and done again at once, and in
# the end all of them.
SESSIONS = {
    "scalars": """
        x = 2; y = 3; z = x*y + y
        backward z
        backward z
        y := 7
        zero x
        zero
        x = x + 1
        y += x
        x, z = [z, x]
        del x
        x = -0.0
        x := 0.0
        set digits=3
        seed 7
        f(t) = t^2 + z
        w = [f(1), 2, x]
        backward w[0]
        w = [1, 2, 3]
        w := w - 0.5
        sum = 3
        del sum
        time backward z
    """,
    "loops": """
        x = 3; y = -2
        repeat 4 { z = (x*y - 1)^2; zero; backward z; x := x - 0.1*grad x }
        for k in range(3) { z = z + k; backward z; y := grad y }
        while z < 100 { z = z * 10 }
        if x > 0 { x := x - 1; old = x } else { del y }
        for a, b in [[1, 2], [3, 4]] { total = a*b*x; backward total }
        repeat 2 { p, t = sample(majority) }
    """,
    "networks": """
        net = linear(2,4) relu dropout(0.2) linear(4,1) with seed=3
        opt = adam(net, lr=0.1)
        loss = (net(1, 0) - 1)^2
        backward loss
        step opt
        twin = copy(net)
        repeat 3 { x, t = sample(xor); zero net; loss = mse(net(x), t); backward loss; step opt }
        train net on xor epochs=3
        train net on xor epochs=3 optimizer=adam
        train net on xor epochs=2 optimizer=adam batch=2
        set engine=eager
        train net on xor epochs=2 optimizer=momentum
        train net on xor epochs=2 optimizer=momentum
        train twin on moons epochs=2 lr=1e9
        both = net linear(1,1) with init=kaiming bias=0.5
        a, b = split(moons, 0.7)
        accuracy(net, a)
        del net
        repeat 2 { train twin on a epochs=1 }
        test twin on xor
    """,
}


@pytest.mark.parametrize("name", SESSIONS)
def test_every_statement_is_undone_and_done_again_exactly(name: str) -> None:
    interpreter, told = start()
    portraits = [Portrait(interpreter.session)]
    for line in SESSIONS[name].strip().split("\n"):
        for text in line.split("; ") if "{" not in line else [line]:
            assert run(interpreter, text.strip()), told.results[-1]
            go_back_and_forth(interpreter, portraits)
    changed = [portraits[0], *(b for a, b in pairwise(portraits) if a != b)]
    for before in changed[-2::-1]:
        run(interpreter, "undo")
        assert_same(interpreter.session, before)
    for after in changed[1:]:
        run(interpreter, "redo")
        assert_same(interpreter.session, after)


def go_back_and_forth(interpreter: Interpreter, portraits: list[Portrait]) -> None:
    portraits.append(Portrait(interpreter.session))
    if not interpreter.session.journal.past[-1].counts:  # it only showed something
        assert_same(interpreter.session, portraits[-2])
        return
    interpreter.session.journal.undo()
    assert_same(interpreter.session, portraits[-2])
    interpreter.session.journal.redo()
    assert_same(interpreter.session, portraits[-1])


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_statement_of_every_example_is_undone_exactly(
    example: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = Source(str(example), example.read_text("utf-8"))
    monkeypatch.chdir(tmp_path)  # for the files it writes
    interpreter = Interpreter(Collector())
    portraits = [Portrait(interpreter.session)]
    for statement in parse(source).statements:
        counted = len(interpreter.session.journal.past)
        if (
            interpreter.execute_statement(statement, source)
            and len(interpreter.session.journal.past) > counted
        ):
            go_back_and_forth(interpreter, portraits)
            portraits[:-1] = []
    assert len(interpreter.session.journal.past) > 1


def test_weights_are_bit_identical_after_undoing_a_training() -> None:
    interpreter, _ = start("net = linear(5,4) relu linear(4,1)")
    parameters = interpreter.session.names["net"].parameters()
    before = [parameter.data.hex() for parameter in parameters]
    run(interpreter, "train majority epochs=50 optimizer=adam")
    after = [parameter.data.hex() for parameter in parameters]
    assert before != after
    run(interpreter, "undo")
    assert [parameter.data.hex() for parameter in parameters] == before
    assert "losses" not in interpreter.session.names
    run(interpreter, "train majority epochs=50 optimizer=adam")  # from the same random state
    assert [parameter.data.hex() for parameter in parameters] == after


def test_redo_runs_nothing_again() -> None:
    interpreter, told = start("x = 2", "print x", "undo")
    told.results.clear()
    run(interpreter, "redo")
    assert not any(isinstance(result, Value) for result in told.results)


def test_a_name_is_the_same_tensor_again() -> None:
    interpreter, _ = start("x = 2", "z = x*x")
    tensor = interpreter.session.names["x"]
    run(interpreter, "x = 5")
    run(interpreter, "undo")
    assert interpreter.session.names["x"] is tensor
    assert interpreter.session.names["z"]._prev[0] is tensor


def test_names_come_back_in_their_order() -> None:
    interpreter, _ = start("a = 1", "b = 2", "c = 3", "del a", "a = 4")
    assert list(interpreter.session.user_names()) == ["b", "c", "a"]
    run(interpreter, "undo 2")
    assert list(interpreter.session.user_names()) == ["a", "b", "c"]
    run(interpreter, "redo 2")
    assert list(interpreter.session.user_names()) == ["b", "c", "a"]


def test_an_import_is_one_statement(tmp_path: Path) -> None:
    file = tmp_path / "other.mt"
    file.write_text("a = 1\nb = a + 1\nbackward b\n", "utf-8")
    interpreter, told = start(f'import "{file.as_posix()}"')
    assert list(interpreter.session.user_names()) == ["a", "b"], told.results
    run(interpreter, "undo")
    assert not interpreter.session.user_names()


# ---------------------------------------------------------------- counting


def test_statements_count_even_when_they_change_nothing() -> None:
    interpreter, _ = start("x = 1", "x", "print x", "undo 2")
    assert list(interpreter.session.user_names()) == ["x"]
    run(interpreter, "undo")
    assert not interpreter.session.user_names()


@pytest.mark.parametrize("text", ["help", "history", "undo; redo"])
def test_looking_about_does_not_count(text: str) -> None:
    interpreter, _ = start("x = 1", "x = 2", text, "undo")
    assert number(interpreter, "x") == 1.0


def test_a_change_after_undo_leads_elsewhere() -> None:
    interpreter, told = start("x = 1", "x = 2", "undo", "x = 3", "redo")
    assert [problem.code for problem in problems(told)] == ["MT211"]
    assert number(interpreter, "x") == 3.0


def test_looking_at_a_value_after_undo_leaves_redo_open() -> None:
    interpreter, _ = start("x = 1", "x = 2", "undo", "x", "redo")
    assert number(interpreter, "x") == 2.0


def test_a_statement_that_fails_at_once_is_not_counted() -> None:
    interpreter, _ = start("x = 1", "y = 2", "[1, 2] + [1]", "undo")
    assert list(interpreter.session.user_names()) == ["x"]


def test_what_a_failing_statement_did_stays_and_can_be_undone() -> None:
    interpreter, _ = start("x = 1", "repeat 3 { x := x + 1; [1] + [1, 2] }")
    assert number(interpreter, "x") == 2.0
    assert interpreter.session.journal.entries()[-1].ended == "failed"
    run(interpreter, "undo")
    assert number(interpreter, "x") == 1.0


def test_a_text_with_a_static_error_is_not_counted() -> None:
    interpreter, _ = start("x = 1", "x = nothing_of_that_name", "undo")
    assert not interpreter.session.user_names()


def test_the_history_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_STATEMENTS", 5)
    interpreter, told = start(*[f"x = {k}" for k in range(9)], "history", "undo 5")
    table = told.results[-2]
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [5, 6, 7, 8, 9]
    assert number(interpreter, "x") == 3.0


def test_old_graphs_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_NUMBERS", 3_000)
    interpreter, _ = start("x = 1")
    for _ in range(20):
        run(interpreter, "z = sum([x*k for k in range(100)])")
    assert 2 <= len(interpreter.session.journal.past) < 12
    run(interpreter, "undo")
    assert number(interpreter, "z") == 4950.0


@pytest.mark.slow
def test_a_graph_that_lives_on_weighs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_NUMBERS", 3_000)
    interpreter, _ = start("x = 1", "s = x")
    for _ in range(400):
        run(interpreter, "s = s + x")
    assert len(interpreter.session.journal.past) > 390


def test_old_lists_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_NUMBERS", 3_000)
    interpreter, _ = start("xs = range(1000)")
    for _ in range(20):
        run(interpreter, "xs = append(xs, 1)")
    assert len(interpreter.session.journal.past) == 2
    run(interpreter, "undo 2")
    assert interpreter.session.journal.past == []


# ---------------------------------------------------------------- what is said


def test_going_further_than_there_is_says_how_far() -> None:
    _, told = start("undo", "x = 1", "y = 2", "undo 3", "redo", "undo 0", "undo 1.5")
    found = [(problem.code, problem.message) for problem in problems(told)]
    assert found == [
        ("MT211", "there is nothing to undo"),
        ("MT211", "only 2 changes can be undone, not 3"),
        ("MT211", "there is nothing to redo"),
        ("MT308", "the count of `undo` must be at least 1, not 0"),
        ("MT308", "the count of `undo` must be a whole number, not 1.5"),
    ]


def test_where_nothing_is_left_to_undo_it_says_why() -> None:
    _, told = start("undo", "x = 1", "undo", "undo")
    assert [problem.help for problem in problems(told)] == [
        ("no statement has run yet",),
        ("all statements are undone already; `redo` brings them back",),
    ]


@pytest.mark.parametrize("text", ["repeat 2 { undo }", "if true { redo }", "time undo"])
def test_time_travel_within_a_statement_is_refused(text: str) -> None:
    interpreter, told = start("x = 1", text)
    assert [problem.code for problem in problems(told)] == ["MT212"]
    assert list(interpreter.session.user_names()) == ["x"]


def test_what_was_undone_is_named() -> None:
    _, told = start("x = 1", "repeat 2 {\n  x := 5\n}", "undo 2", "redo")
    assert told.results == [
        Lines(("undone: repeat 2 { ...", "undone: x = 1"), "undo"),
        Lines(("done again: x = 1",), "redo"),
    ]


def test_history_marks_the_present() -> None:
    _, told = start("history", "x = 1", "y = 2", "z = 3", "undo", "history")
    assert told.results[0] == Lines(("no statements yet",), "history")
    table = told.results[-1]
    assert isinstance(table, Table)
    assert table.kind == "history"
    assert table.rows == ((1, "x = 1", ""), (2, "y = 2", "now here"), (3, "z = 3", "undone"))


# ---------------------------------------------------------------- aside


def test_aside_takes_everything_back_and_says_nothing() -> None:
    interpreter, told = start("x = 2", "net = linear(2,3) relu linear(3,1)", "opt = momentum(net)")
    before, said, units = (
        Portrait(interpreter.session),
        len(told.results),
        len(interpreter.session.units),
    )
    with interpreter.session.aside():
        for name in SESSIONS:
            for line in SESSIONS[name].split("\n"):
                run(interpreter, line.strip())
    assert_same(interpreter.session, before)
    assert (len(told.results), len(interpreter.session.units)) == (said, units)
    assert len(interpreter.session.journal.entries()) == 3


def test_aside_tells_what_it_is_given() -> None:
    interpreter, told = start("x = 2")
    found = Collector()
    with interpreter.session.aside(found):
        run(interpreter, "x := 3; x^2")
    assert found.results == [Value((9.0,))]
    assert told.results == []


def test_aside_works_where_nothing_else_is_recorded_and_within_itself() -> None:
    interpreter, _ = start()
    interpreter.session.journal.on = False
    run(interpreter, "x = 2")
    before = Portrait(interpreter.session)
    with interpreter.session.aside():
        run(interpreter, "x := 3")
        with interpreter.session.aside():
            run(interpreter, "x := 4; y = 1")
        assert interpreter.session.names["x"].data == 3.0
        assert "y" not in interpreter.session.names
    assert_same(interpreter.session, before)
    assert interpreter.session.journal.entries() == []


def test_aside_takes_back_what_an_exception_leaves() -> None:
    interpreter, _ = start("x = 2")
    before = Portrait(interpreter.session)

    def fail_aside() -> None:
        with interpreter.session.aside():
            run(interpreter, "repeat 2 { x := 5; y = x }")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_aside()
    assert_same(interpreter.session, before)
