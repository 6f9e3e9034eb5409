"""Random programs with `undo` and `redo` between their statements: nothing tells the moments apart.

Programs are built from the statements that change something, over a handful of names, so that
they meet: shared nodes, a network trained by two optimizers, names deleted and bound again.
"""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portrait import Portrait, assert_same

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector

PRELUDE = """
a = 2; b = -3; c = a*b; d = 0.5
w = [1, 2, 3]
net = linear(2,3) relu dropout(0.3) linear(3,1) with seed=4
other = linear(2,2) sigmoid linear(2,1)
opt = adam(net, lr=0.1); rule = momentum(other)
f(u) = u^2 + a
"""

scalars = st.sampled_from("abcd")
numbers = st.sampled_from(["0", "-0.0", "1", "-2.5", "1e300", "a", "2*b", "grad a", "value(c)"])
nets = st.sampled_from(["net", "other"])


def filled(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda chosen: template.format(**chosen))


expressions = st.one_of(
    numbers,
    filled("{x}*{y} + {x}", x=scalars, y=scalars),
    filled("tanh({x}) / {y}", x=scalars, y=scalars),
    filled("f({x})", x=scalars),
    filled("{n}({x}, 1)", n=nets, x=scalars),
    filled("relu({n}({x}, {y})) * {x}", n=nets, x=scalars, y=scalars),
    st.just("sum(w * w)"),
)

simple = st.one_of(
    filled("{x} = {e}", x=scalars, e=expressions),
    filled("{x} = {e}", x=scalars, e=expressions),
    filled("{x} += {e}", x=scalars, e=expressions),
    filled("{x} := {e}", x=scalars, e=numbers),
    filled("backward {e}", e=expressions),
    filled("backward {x}", x=scalars),
    filled("backward {x}", x=scalars),
    filled("zero {x}, w", x=scalars),
    filled("zero {n}", n=nets),
    filled("del {x}", x=scalars),
    filled("w := w * {x} - 1", x=scalars),
    filled("w = [{x}, 1, grad {x}]", x=numbers),
    filled("f(u) = {e}", e=expressions),
    filled("step {o}", o=st.sampled_from(["opt", "rule", "opt, rule"])),
    filled("{x}, t = sample({s})", x=st.just("row"), s=st.sampled_from(["xor", "majority"])),
    filled("seed {k}", k=st.sampled_from("123")),
    filled("set digits={k}", k=st.sampled_from("345")),
    filled("print {e}", e=expressions),
    st.sampled_from([
        "zero", "sum = 3", "del sum", "d = moons(n=5)", "w = [a, b]", "w[0] := 4", "part = w[0:2]",
        "net = linear(2,2) relu linear(2,1)", "net = copy(other)", "other = net[0:1] linear(3,1)",
        "both = net linear(1,1) with init=kaiming bias=0.1", "del net", "opt = sgd(other)",
        "t = accuracy(net, moons)", "set engine=eager", "a, b = [b, a]", "rest = split(xor, 0.5)",
        "p = params(other)", "p := 0.25", "time backward a", "c = [1] + [1, 2]",
    ]),
)  # fmt: skip

training = filled(
    "train {n} on {s} epochs={k} optimizer={o} lr={r}",
    n=nets,
    s=st.sampled_from(["xor", "line", "part"]),
    k=st.sampled_from("012"),
    o=st.sampled_from(["sgd", "momentum", "adam"]),
    r=st.sampled_from(["0.1", "1e200"]),
)


def blocks(statements: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(statements, min_size=1, max_size=4).map("; ".join)
    return st.one_of(
        filled("repeat 2 {{ {b} }}", b=body),
        filled("for {x} in [1, 2, c] {{ {b} }}", x=scalars, b=body),
        filled("if {x} > 0 {{ {b} }} else {{ {c} }}", x=scalars, b=body, c=body),
        filled("repeat 3 {{ {b}; if {x} < 0 {{ break }} }}", b=body, x=scalars),
    )


statements = st.one_of(simple, simple, simple, training, st.recursive(simple, blocks, max_leaves=6))
moves = st.sampled_from(["undo", "undo", "redo", "undo 2", "redo 2"])
programs = st.lists(st.one_of(statements, statements, moves), min_size=4, max_size=14)


def check_program(lines: list[str]) -> None:
    """Each move must lead to the picture that was taken there."""
    interpreter = Interpreter(Collector())
    for line in PRELUDE.strip().split("\n"):
        assert interpreter.run(Source("<shell>", line))
    interpreter.session.journal.clear()
    past, future = [Portrait(interpreter.session)], []
    for line in lines:
        interpreter.run(Source("<shell>", line))
        command, _, count = line.partition(" ")
        if command in ("undo", "redo"):
            source, target = (past, future) if command == "undo" else (future, past)
            for _ in range(statements_to(past, future, command, int(count or 1))):
                target.append(source.pop())
        elif len(interpreter.session.journal.past) == len(past):
            past.append(Portrait(interpreter.session))
            if past[-1] != past[-2]:
                future.clear()
        assert_same(interpreter.session, past[-1])
        assert len(interpreter.session.journal.past) == len(past) - 1
        assert len(interpreter.session.journal.future) == len(future)
    every = [*past, *reversed(future)]
    for at in range(len(past) - 1, -1, -1):
        interpreter.session.journal.go_to(at)
        assert_same(interpreter.session, every[at])
    interpreter.session.journal.go_to(len(every) - 1)
    assert_same(interpreter.session, every[-1])


def statements_to(past: list[Portrait], future: list[Portrait], command: str, count: int) -> int:
    """How many statements a move goes through: `count` that changed something, and what lies
    between them; none where there are not so many.
    """
    chain = past[::-1] if command == "undo" else [past[-1], *reversed(future)]
    for at, (before, after) in enumerate(pairwise(chain)):
        count -= before != after
        if count == 0:
            return at + 1
    return 0


pytestmark = pytest.mark.filterwarnings(
    "ignore:The recursion limit", "ignore:Generating overly large repr"
)

QUIET = settings(
    deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


@settings(QUIET, max_examples=10)
@given(programs)
def test_undo_and_redo_in_random_programs(lines: list[str]) -> None:
    check_program(lines)


@pytest.mark.slow
@settings(QUIET, max_examples=120)
@given(programs)
def test_undo_and_redo_in_more_random_programs(lines: list[str]) -> None:
    check_program(lines)


@pytest.mark.campaign
@pytest.mark.timeout(1_800)
@settings(QUIET, max_examples=5_000, derandomize=False)
@given(programs)
def test_undo_and_redo_in_many_random_programs(lines: list[str]) -> None:
    check_program(lines)
