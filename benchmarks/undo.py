"""What time travel costs: `python -m benchmarks.undo`.

How long `undo` and `redo` take in a session of 1,000 nodes, what recording adds to a statement at
the prompt, and what it adds to a training loop written by hand: switched off, as in a script that
never goes back, and switched on, as in the shell. Numbers of one run are compared with each other.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.values.leaves import updates

GOAL = 5.0  # milliseconds for `undo` in a session of 1,000 nodes
SCRIPT_GOAL = 2.0  # percent that the door may cost a loop where nothing is recorded
ROUNDS = 15
LOOPS = 80

THOUSAND = """
x = 1.5; y = -0.5
xs = [sin(x*k) + y for k in range(330)]
z = sum(xs)
net = linear(5,4) relu linear(4,8) relu linear(8,4) relu linear(4,1)
opt = adam(net)
loss = net(1, 0, 1, 1, 0)^2
backward z; backward loss
"""
STATEMENTS = [
    "w = 3",
    "backward loss",
    "x := 2",
    "zero",
    "step opt",
    "repeat 3 { zero; backward z; x := x - 0.01*grad x }",
    "train majority epochs=20 optimizer=adam",
    "seed 3",
    "z = 0",
]
LOOP = """
seed 1337
data = moons(n=100, noise=0.1, labels=signed)
net = linear(2,16) relu linear(16,16) relu linear(16,1)
for k in range(2) {
    zero net
    loss = mean([relu(1 - y*net(x)) for x, y in data]) + 1e-4 * sum([p^2 for p in params(net)])
    backward loss
    for p in params(net) { p := p - (1 - 0.9*k/100) * grad p }
}
"""


def run(interpreter: Interpreter, text: str) -> None:
    if not interpreter.run(Source("<benchmark>", text)):
        raise SystemExit(f"this failed: {text}")


def quiet(on: bool = True) -> Interpreter:
    interpreter = Interpreter(lambda result: None)
    interpreter.session.journal.on = on
    return interpreter


def milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def median(times: list[float]) -> float:
    return statistics.median(times)


def time_travel() -> bool:
    """`undo` and `redo` after each kind of statement; whether all keep to the goal."""
    print(f"{'1,000 nodes, after':52} {'undo':>9} {'redo':>9}")
    good = True
    for text in STATEMENTS:
        interpreter = quiet()
        run(interpreter, THOUSAND)
        run(interpreter, text)
        back, forth = [], []
        for _ in range(ROUNDS):
            back.append(milliseconds(interpreter.session.journal.undo))
            forth.append(milliseconds(interpreter.session.journal.redo))
        print(f"{text:52} {median(back):6.3f} ms {median(forth):6.3f} ms")
        good = good and max(median(back), median(forth)) < GOAL
    return good


def statement_cost() -> None:
    """What recording adds to the smallest statement, in a session of 1,000 nodes and 300 names."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for on in times:
            interpreter = quiet(on)
            run(interpreter, THOUSAND + "; ".join(f"name{k} = {k}" for k in range(300)))
            source = Source("<benchmark>", "w = 3")
            program = interpreter.check(source)
            assert program is not None
            for _ in range(10):
                times[on].append(milliseconds(lambda: interpreter.execute(program, source)))  # noqa: B023
    on, off = median(times[True]), median(times[False])
    print(f"\n`w = 3` among 300 names: {on:.3f} ms recorded, {off:.3f} ms not")


def without_the_door(interpreter: Interpreter) -> None:
    """Put the plainest forms of the statements that write in the place of the real ones."""

    def update(target: Any, value: Any) -> None:
        for leaf, number in updates(target, value):
            leaf.data = number

    def backward(value: Any) -> None:
        value.backward()

    def zero(*networks: Any) -> None:
        for network in networks:
            for tensor in network.parameters():
                tensor.grad = 0.0

    interpreter.session.predefined.update({"$update": update, "$backward": backward, "$zero": zero})


def loop_cost() -> bool:
    """The moons loop without the door, with it, and recorded; whether the door is cheap enough."""

    def once(on: bool, plain: bool) -> float:
        interpreter = quiet(on)
        if plain:
            without_the_door(interpreter)
        source = Source("<benchmark>", LOOP)
        started = time.process_time()
        run(interpreter, source.text)
        return (time.process_time() - started) * 1e3

    variants = {"bare": (False, True), "script": (False, False), "shell": (True, False)}
    times: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(LOOPS):  # short ones, so that some of them have the processor for themselves
        for name, (on, plain) in variants.items():
            times[name].append(once(on, plain))
    best = {name: min(found) for name, found in times.items()}
    script, shell = (100 * (best[name] / best["bare"] - 1) for name in ("script", "shell"))
    print(f"\nmoons loop, 2 rounds by hand, the best of {LOOPS}: {best['bare']:.1f} ms bare")
    print(f"    in a script {script:+.1f} %, recorded in the shell {shell:+.1f} %")
    return script < SCRIPT_GOAL


def main() -> None:
    fast = time_travel()
    statement_cost()
    cheap = loop_cost()
    print(f"\nundo under {GOAL:g} ms: {fast}; a script at most {SCRIPT_GOAL:g} % slower: {cheap}")


if __name__ == "__main__":
    main()
