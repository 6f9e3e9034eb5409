"""Ctrl-C: what was done stays, the innermost simple statement under way is rolled back."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import pytest
from portrait import Portrait, assert_same

import engine
import minitorch_shell
from engine.nn import Dropout
from engine.tensor import Tensor
from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector, Progress, TrainingReport, Value


@pytest.fixture(autouse=True)
def _ctrl_c_raises() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupting(Collector):
    """A receiver during whose n-th result of a kind somebody presses Ctrl-C."""

    def __init__(self, kind: type, countdown: int) -> None:
        super().__init__()
        self.kind = kind
        self.countdown = countdown

    def __call__(self, result: Any) -> None:
        super().__call__(result)
        if isinstance(result, self.kind):
            self.countdown -= 1
            if self.countdown == 0:
                signal.raise_signal(signal.SIGINT)


def run(interpreter: Interpreter, text: str) -> bool:
    return interpreter.run(Source("<shell>", text))


def interrupted(interpreter: Interpreter, text: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(interpreter, text)


# ---------------------------------------------------------------- in loops


@pytest.mark.parametrize(
    "loop",
    [
        "repeat 5 { x := x + 1; print x; y := y + 1 }",
        "for k in range(5) { x := x + 1; print k; y := y + 1 }",
        "while true { x := x + 1; x; y := y + 1 }",
        "repeat 2 { repeat 2 { if true { x := x + 1; print x; y := y + 1 } } }",
    ],
)
def test_what_a_loop_did_stays_and_is_one_statement(loop: str) -> None:
    interpreter = Interpreter(Interrupting(Value, 3))
    run(interpreter, "x = 0; y = 0")
    before = Portrait(interpreter.session)
    interrupted(interpreter, loop)
    assert (interpreter.session.names["x"].data, interpreter.session.names["y"].data) == (3.0, 2.0)
    after = Portrait(interpreter.session)
    assert interpreter.session.journal.entries()[-1].ended == "stopped"
    interpreter.session.journal.undo()
    assert_same(interpreter.session, before)
    interpreter.session.journal.redo()
    assert_same(interpreter.session, after)


def test_a_statement_that_is_stopped_at_once_leaves_no_trace() -> None:
    interpreter = Interpreter(Interrupting(Value, 1))
    run(interpreter, "x = 0")
    interrupted(interpreter, "repeat 5 { print x; x := x + 1 }")
    assert len(interpreter.session.journal.entries()) == 1
    run(interpreter, "undo")
    assert not interpreter.session.user_names()


def test_a_limit_that_is_passed_ends_a_statement_like_ctrl_c() -> None:
    class Limit(BaseException):
        pass

    def receive(result: Any) -> None:
        raise Limit

    interpreter = Interpreter(receive)
    run(interpreter, "x = 0")
    with pytest.raises(Limit):
        run(interpreter, "repeat 5 { x := x + 1; print x }")
    assert interpreter.session.names["x"].data == 1.0
    assert [entry.ended for entry in interpreter.session.journal.entries()] == ["done", "stopped"]
    interpreter.session.journal.undo()
    assert interpreter.session.names["x"].data == 0.0


# ---------------------------------------------------------------- in training


@pytest.mark.parametrize("engine", ["auto", "eager"])
def test_training_keeps_the_last_whole_epoch(engine: str) -> None:
    prelude = f"net = linear(2,3) relu linear(3,1); set engine={engine}"
    interpreter = Interpreter(Interrupting(Progress, 2))
    run(interpreter, prelude)
    before = Portrait(interpreter.session)
    interrupted(interpreter, "train net on xor epochs=9 every=3 optimizer=adam")  # epochs 1 and 3
    report = next(r for r in interpreter.session.receive.results if isinstance(r, TrainingReport))  # type: ignore[attr-defined]
    reference = Interpreter(Collector())
    run(reference, f"{prelude}; train net on xor epochs={report.epochs} optimizer=adam")
    weights = [
        [p.data.hex() for p in each.session.names["net"].parameters()]
        for each in (interpreter, reference)
    ]
    assert weights[0] == weights[1]
    assert len(interpreter.session.names["losses"]) == report.epochs > 0
    after = Portrait(interpreter.session)
    interpreter.session.journal.undo()
    assert_same(interpreter.session, before)
    interpreter.session.journal.redo()
    assert_same(interpreter.session, after)


# ---------------------------------------------------------------- anywhere

PRELUDE = """
x = 2; y = 3; w = [1, 2, 3]
z = x*y + sum(w*w)
backward z
net = linear(2,2) relu linear(2,1)
opt = adam(net)
loss = net(x, y)^2
backward loss
"""

SIMPLE = [
    "backward z",
    "zero",
    "zero net",
    "w := w * 2 - x",
    "x := 5",
    "step opt",
    "a, b = [x, y]",
    "x = 7",
    "both = net linear(1,1) with init=kaiming",
    "del x",
    "seed 3",
]
LOOPS = [
    "repeat 2 { backward z; x := x + 1 }",
    "for k in range(2) { zero; w := w - 0.1; step opt }",
]
ENGINE = str(Path(engine.__file__).parent)
OURS = (ENGINE, str(Path(minitorch_shell.__file__).parent))


class Stopwatch:
    """Raises KeyboardInterrupt before the n-th line that runs from now on in our own code.

    Lines of statements have made-up file names; between the lines of a file Python checks for
    signals at calls and jumps alone, so this is a little more cruel than a real Ctrl-C.
    """

    def __init__(self, lines: int, where: Callable[[str], bool]) -> None:
        self.left = lines
        self.where = where
        self.struck = False

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not self.where(frame.f_code.co_filename):
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                self.struck = True
                sys.settrace(None)
                raise KeyboardInterrupt
        return self


def interrupt_at(
    interpreter: Interpreter, text: str, line: int, where: Callable[[str], bool]
) -> bool:
    """Run a statement and interrupt it before that line; whether it came so far."""
    source = Source("<shell>", text)
    program = interpreter.check(source)
    assert program is not None
    stopwatch = Stopwatch(line, where)
    tracing = sys.gettrace()
    sys.settrace(stopwatch)
    try:
        interpreter.execute(program, source)
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(tracing)
    return stopwatch.struck


def points(
    interpreter: Interpreter, where: Callable[[str], bool], text: str, stride: int
) -> Iterator[int]:
    """Interrupt the statement at one line after the other; the session is as before each time."""
    line = 1
    while interrupt_at(interpreter, text, line, where):
        yield line
        line += stride


def in_the_engine(file: str) -> bool:
    return file.startswith(ENGINE)


def in_our_code(file: str) -> bool:
    return file.startswith(OURS)


@pytest.mark.parametrize("text", ["backward z", "step opt"])
@pytest.mark.parametrize("form", ["{}", "repeat 1 {{ {} }}"])
@pytest.mark.slow
def test_a_sweep_or_step_half_done_is_rolled_back(text: str, form: str) -> None:
    interpreter = Interpreter(Collector())
    run(interpreter, PRELUDE)
    before = Portrait(interpreter.session)
    counted = len(interpreter.session.journal.past)
    struck = 0
    for struck in points(interpreter, in_the_engine, form.format(text), 7):  # noqa: B007
        assert_same(interpreter.session, before)
        assert len(interpreter.session.journal.past) == counted
    assert struck > 40


@pytest.mark.slow
@pytest.mark.parametrize("text", SIMPLE)
def test_a_simple_statement_is_done_or_not_done_wherever_it_is_stopped(text: str) -> None:
    check_everywhere(text, 9, simple=True)


@pytest.mark.slow
@pytest.mark.parametrize("text", [f"repeat 1 {{ {text} }}" for text in SIMPLE[:6]] + LOOPS)
def test_a_loop_can_be_undone_wherever_it_was_stopped(text: str) -> None:
    check_everywhere(text, 23, simple=False)


def check_everywhere(text: str, stride: int, simple: bool) -> None:
    """Interrupted at any line, journal and interpreter agree with each other."""
    interpreter = Interpreter(Collector())
    run(interpreter, PRELUDE)
    before = Portrait(interpreter.session)
    counted = len(interpreter.session.journal.past)
    run(interpreter, text)
    after = Portrait(interpreter.session)
    interpreter.session.journal.undo()
    struck = 0
    for struck in points(interpreter, in_our_code, text, stride):  # noqa: B007
        assert interpreter.session.journal.open is None
        if simple:
            assert (
                Portrait(interpreter.session) == before
                or len(interpreter.session.journal.past) > counted
            )
        if len(interpreter.session.journal.past) > counted:
            interpreter.session.journal.undo()
        assert_same(interpreter.session, before)
        assert len(interpreter.session.journal.past) == counted
    assert struck > 20
    assert after is not None


@pytest.mark.slow
@pytest.mark.parametrize("command", ["undo", "undo 3", "redo", "redo 2"])
def test_time_travel_itself_is_never_left_half_way(command: str) -> None:
    interpreter = Interpreter(Collector())
    run(interpreter, PRELUDE)
    run(interpreter, "repeat 2 { backward z; x := x + 1 }; step opt; del x; x = 4; seed 5")
    pictures = [Portrait(interpreter.session)]
    while interpreter.session.journal.past:
        interpreter.session.journal.undo()
        pictures.insert(0, Portrait(interpreter.session))
    interpreter.session.journal.redo(len(pictures) - 4)
    here = len(interpreter.session.journal.past)
    word, _, count = command.partition(" ")
    steps = int(count or 1) * (1 if word == "redo" else -1)
    ends = set()
    for _ in points(interpreter, in_our_code, command, 3):
        ends.add(len(interpreter.session.journal.past) - here)
        assert_same(interpreter.session, pictures[len(interpreter.session.journal.past)])
        while len(interpreter.session.journal.past) > here:
            interpreter.session.journal.undo()
        while len(interpreter.session.journal.past) < here:
            interpreter.session.journal.redo()
        assert_same(interpreter.session, pictures[here])
    assert ends == {0, steps}, "all of it or nothing"


@pytest.mark.slow
def test_nothing_stays_replaced_wherever_the_writing_down_of_a_training_is_stopped() -> None:
    """While it lasts, tensors keep their values to themselves and dropout draws nothing."""
    interpreter = Interpreter(Collector())
    run(interpreter, "net = linear(2,3) relu dropout(0.5) linear(3,1); d = [[[1, 0], 1]]")
    train = "train net on d epochs=1 batch=1"
    struck = 0

    def where(file: str) -> bool:
        return file.replace("\\", "/").endswith(("/compile/trace.py", "/contextlib.py"))

    for struck in points(interpreter, where, train, 1):  # noqa: B007
        assert Tensor(2.0) < 3.0
        assert Tensor(2.0).data == 2.0
        drawn = Dropout(0.5, random=Random(1)).mask(40)
        assert {*drawn} == {0.0, 2.0}
    assert struck > 100


@pytest.mark.slow
@pytest.mark.parametrize("text", ['import "other.mt"', "x = 7", "time x = 3"])
def test_what_comes_after_an_interrupt_runs_as_ever(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.mt").write_text("imported = 3\n")
    found = Collector()
    interpreter = Interpreter(found)
    run(interpreter, PRELUDE)
    struck = 0
    for struck in points(interpreter, in_our_code, text, 1):  # noqa: B007
        found.results.clear()
        assert run(interpreter, 'import "other.mt"; print imported')
        assert not run(interpreter, "print nothing")
        assert [type(result).__name__ for result in found.results] == ["Value", "Problem"]
        assert interpreter.session.current is None
        assert interpreter.session.access.importing == []
    assert struck > 100
    interpreter.reset()
