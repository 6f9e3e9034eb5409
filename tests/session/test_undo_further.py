"""`undo` past what only showed something, `undo train`, `undo to`, `history to`."""

import pytest
from command import minitorch

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Lines, Problem, Value


@pytest.fixture
def interpreter() -> Interpreter:
    return Interpreter(Collector())


def told(interpreter: Interpreter, text: str) -> list[object]:
    """The values and lines that a text gives, and the codes of its errors."""
    collector = Collector()
    interpreter.session.receive = collector
    interpreter.run(Source("<test>", text))
    found: list[object] = []
    for result in collector.results:
        if isinstance(result, Value):
            found += result.items
        elif isinstance(result, Lines):
            found += result.lines
        elif isinstance(result, Problem) and result.severity == "error":
            found.append(result.code)
    return found


def test_what_only_showed_something_is_passed_over(interpreter: Interpreter) -> None:
    told(interpreter, 'x = 2\nx := 5\nx\nprint "x is", x\nshow x\nvars\nx + 1')
    assert told(interpreter, "undo") == ["undone: x := 5"]
    assert told(interpreter, "x") == [2.0]
    assert told(interpreter, "redo") == ["done again: x := 5"]
    assert told(interpreter, "x") == [5.0]
    assert told(interpreter, "undo 2") == ["undone: x := 5", "undone: x = 2"]
    assert told(interpreter, "undo") == ["MT211"]
    assert told(interpreter, "redo 2") == ["done again: x = 2", "done again: x := 5"]
    assert told(interpreter, "x") == [5.0]
    assert told(interpreter, "undo 3") == ["MT211"]


def test_statements_that_only_show_cannot_be_undone(interpreter: Interpreter) -> None:
    assert told(interpreter, "1 + 1\nprint 2\nundo") == [2.0, 2.0, "MT211"]


def test_to_show_something_keeps_what_was_undone_in_reach(interpreter: Interpreter) -> None:
    told(interpreter, "x = 2; x := 5; undo")
    assert told(interpreter, "x; 7; redo; x") == [2.0, 7.0, "done again: x := 5", 5.0]
    assert told(interpreter, "undo; x := 8; redo") == ["undone: x := 5", "MT211"]


def test_undo_train(interpreter: Interpreter) -> None:
    told(interpreter, "net = linear(2,1) with seed=1; before = value(weights(net[0])[0][0])")
    told(interpreter, "train xor epochs=3; after = 1; y = 2; y")
    assert told(interpreter, "value(weights(net[0])[0][0]) == before") == [False]
    assert told(interpreter, "undo train") == [
        "undone: y = 2", "undone: after = 1", "undone: train xor epochs=3",
    ]  # fmt: skip
    assert told(interpreter, "value(weights(net[0])[0][0]) == before") == [True]
    assert told(interpreter, "undo train") == ["MT211"]
    told(interpreter, "run() = { train net on xor epochs=2 }\nrepeat 2 { run() }\nz = 1")
    assert told(interpreter, "undo train") == ["undone: z = 1", "undone: repeat 2 { run() }"]


def test_undo_to_a_number_of_history(interpreter: Interpreter) -> None:
    told(interpreter, "x = 1; x := 2; x; x := 3; x := 4")
    assert told(interpreter, "undo to 2; x") == ["undone: x := 4", "undone: x := 3", 2.0]
    assert told(interpreter, "undo to 0") == ["undone: x := 2", "undone: x = 1"]
    assert told(interpreter, "undo to 99") == ["MT211"]
    assert told(interpreter, "undo to 1.5") == ["MT308"]
    assert told(interpreter, "repeat 1 { undo to 1 }") == ["MT212"]


def test_undo_to_goes_forward_too(interpreter: Interpreter) -> None:
    told(interpreter, "x = 1; x := 2; x := 3; undo 2")
    assert told(interpreter, "undo to 3; x") == ["done again: x := 2", "done again: x := 3", 3.0]
    assert told(interpreter, "undo to 3") == ["nothing to be undone: no change lies between"]


def test_history_as_a_program(tmp_path) -> None:
    program = """\
x = 2
f(a) = {
    b = a^2
    b + 1
}
y = 5
undo
backward f(x)
grad x
net = linear(2,1); train xor epochs=2
repeat 2 {
    x := x - 0.1*grad x
}
history to "session.mt"
x
weights(net[0])
"""
    (tmp_path / "first.mt").write_text(program)
    first = minitorch("first.mt", cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    written = (tmp_path / "session.mt").read_text()
    assert "y = 5" not in written
    assert "    b = a^2\n" in written
    (tmp_path / "second.mt").write_text(written + "x\nweights(net[0])\n")
    second = minitorch("second.mt", cwd=tmp_path)
    assert second.returncode == 0
    assert second.stdout.splitlines()[-2:] == first.stdout.splitlines()[-2:]


def test_what_failed_is_a_comment_and_safe_writes_nothing(tmp_path, interpreter) -> None:
    path = tmp_path / "s.mt"
    told(interpreter, "x = 1\nrepeat 2 {\n  x := x + 1\n  xs = [1]; xs[x]\n}")
    assert told(interpreter, f'history to "{path}"') == []
    lines = path.read_text().splitlines()
    assert lines[0] == "x = 1"
    assert all(line.startswith("# failed: ") for line in lines[1:])
    assert told(Interpreter(Collector()), f'x = 1; repeat 1 {{ history to "{path}" }}') == ["MT212"]
    result = minitorch("--safe", "-c", f'x = 1; history to "{tmp_path / "t.mt"}"')
    assert result.returncode == 1
    assert "MT606" in result.stderr
    assert not (tmp_path / "t.mt").exists()
