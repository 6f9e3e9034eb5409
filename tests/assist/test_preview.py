"""The look ahead: right values, no traces, no long waits."""

import pickle
import signal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grammar.source import Source
from minitorch_shell.assist.preview import warm_up
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector
from minitorch_shell.shell.preview import Preview, TimeOver, deadline, look_ahead

PROGRAM = """
x = 2; y = 3; w = [1, 2, 3]
f(a) = a^2 + x
noisy(a) = a + len(sample(majority))
forever(a) = forever(a + 1) + forever(a)
net = linear(2,3) relu linear(3,1)
xs = moons(10)
z = x*y
"""


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    warm_up(Interpreter(Collector()).session)
    made = Interpreter(Collector())
    assert made.run(Source("test", PROGRAM))
    return made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x*y + y", "9.0"),
        ("f(3)", "11.0"),
        ("w @ w", "14.0"),
        ("[a^2 for a in w]", "[1.0, 4.0, 9.0]"),
        ("x < y", "true"),
        ("len(w)", "3"),
        ("sum(w) if x > 1 else 0", "6.0"),
        ("relu(-x)", "0.0"),
        ("pi", "3.14159"),
        ("f'(3)", "6.0"),
        ("f''(x) + sin'(0)", "3.0"),
        ("round(relu'(x)*net'([1]) if false else f'(1))", "2.0"),
        ("x", "2.0"),
        ("len([a for a in range(1000)])", "1000"),
    ],
)
def test_values(interpreter: Interpreter, text: str, shown: str) -> None:
    assert look_ahead(interpreter.session, text, budget=5) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "x +",
        "x = 5",
        "x := 5",
        "backward z",
        "yy * 2",
        "w[9]",
        '"text"',
        "net",
        "f",
        "f'",
        "f'(w)",
        "noisy'(2)",
        "linear(2,3)",
        "linear(2,3) relu",
        "sample(majority)",
        "noisy(2)",
        "moons(5)[0]",
        "accuracy(net, xs)",
        'load("net.json")',
        'print "x"',
        "[a for a in range(100)]",  # too long to be shown
        "range(1000000000)",
        "x\ny",
    ],
)
def test_silence(interpreter: Interpreter, text: str) -> None:
    assert look_ahead(interpreter.session, text, budget=5) == ""


def state(interpreter: Interpreter) -> bytes:
    names = interpreter.session.user_names()
    numbers = [names["x"].data, names["x"].grad, names["z"].grad, list(names)]
    weights = [(p.data, p.grad) for p in names["net"].parameters()]
    rest = (
        interpreter.session.random.getstate(),
        len(interpreter.session.units),
        interpreter.session.marks.calls.depth,
    )
    return pickle.dumps((numbers, weights, rest))


WORDS = """x y w f( f'( f'' ' ) net(1,2) noisy(1) sample(xs) grad + * - ^ @ ( [ ] , < z == 2 0.5
forever(1) for a in moons sum( len( range(3) if else linear(2,1) x:=3 x=3 zero backward"""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(WORDS.split()),
        max_size=7,
    )
)
@pytest.mark.slow
def test_nothing_changes(words: list[str]) -> None:
    interpreter = Interpreter(Collector())
    interpreter.run(Source("test", PROGRAM))
    before, said = state(interpreter), len(interpreter.session.receive.results)  # type: ignore[attr-defined]
    look_ahead(interpreter.session, " ".join(words))
    assert state(interpreter) == before
    assert len(interpreter.session.receive.results) == said  # type: ignore[attr-defined]


def test_what_would_take_for_ever_is_given_up(interpreter: Interpreter) -> None:
    many = "for a in w " * 12
    assert look_ahead(interpreter.session, f"[a {many}]") is None
    asked: list[str] = []
    preview = Preview(interpreter.session, lambda: asked.append("again"))
    for _ in range(10):
        assert preview(f"[b {many}]".replace("a", "b")) == ""
    assert len(asked) == 3
    assert look_ahead(interpreter.session, "forever(1)") in ("", None)  # too deep, or too late
    assert interpreter.session.marks.calls.depth == 0


def run_for_ever() -> None:
    with deadline(0.001):
        exec("while True: pass", {"__name__": ""})


def test_a_timer_that_was_running_goes_on() -> None:
    running = signal.setitimer(signal.ITIMER_REAL, 100)
    try:
        with pytest.raises(TimeOver):
            run_for_ever()
        assert 1 < signal.getitimer(signal.ITIMER_REAL)[0] <= 101
    finally:
        signal.setitimer(signal.ITIMER_REAL, *running)


def test_it_is_computed_once_for_a_text(interpreter: Interpreter) -> None:
    preview = Preview(interpreter.session)
    preview("x*y")
    preview.shown = "kept"
    assert preview("x*y") == "kept"
    preview.forget()
    assert preview("x*y") != "kept"
