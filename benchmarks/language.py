"""What the language costs beyond the engine: `python -m benchmarks.language [--quick]`.

Hand-written loops of `.mt` beside the same loops in Python, in one process and in turn; what
counts are the ratios of the medians. The moons loop is that of the first page of docs/language.md;
micrograd (where it is installed) runs it too, with fewer steps. All must compute the same loss.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import statistics
import time
from collections.abc import Callable

from engine import Tensor, datasets, mlp
from engine.functions import relu, tanh
from engine.nn import Sequential
from grammar.source import Source
from minitorch_shell.command_line.cli import COLLECTIONS
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector

GOAL_MOONS, GOAL_MICROGRAD, GOAL_BLOCK = 1.5, 100.0, 1.5

MOONS = """\
for k in range(STEPS) {
    zero net
    loss = mean([relu(1 - y*net(x)) for x, y in data]) + 1e-4 * sum([p^2 for p in params(net)])
    backward loss
    for p in params(net) { p := p - (1 - 0.9*k/100) * grad p }
}
"""
BLOCK = """\
f(x, y) = {
    a = x*y
    b = a + x
    c = tanh(b)
    d = c*a - y
    e = d*d
    e + a
}
many(n) = { result = u; repeat n { result = f(u, v) }; result }
"""
COUNTING = """\
total = len([])
k = len([])
one = len([0])
while k < limit {
    if k > total { total = total + k * one } else { total = total - one }
    k = k + one
}
"""


def fresh_network() -> tuple[Sequential, list[tuple[list[float], float]]]:
    """The network and the rows that all variants start from."""
    from random import Random

    random = Random(1337)
    data = datasets.moons(n=100, noise=0.1, labels="signed", random=random)
    rows = [(inputs, target) for inputs, target in data if isinstance(target, float)]
    return mlp(2, [16, 16], 1, random=random), rows


def moons_in_mt(steps: int) -> Callable[[], float]:
    """The loop as a program of the language, ready to run."""
    from minitorch_shell.values.network import Network
    from minitorch_shell.values.vector import DataRow

    net, rows = fresh_network()
    interpreter = Interpreter(Collector())
    interpreter.session.names["net"] = Network(net)
    interpreter.session.names["data"] = DataRow([DataRow([DataRow(x), y]) for x, y in rows])

    def run() -> float:
        assert interpreter.run(Source("<moons>", MOONS.replace("STEPS", str(steps))))
        return float(interpreter.session.names["loss"].data)

    return run


def moons_in_python(steps: int) -> Callable[[], float]:
    """The same loop as one writes it in Python on our engine."""
    net, rows = fresh_network()

    def run() -> float:
        loss = Tensor(0)
        for k in range(steps):
            net.zero_grad()
            loss = mean([relu(1 - y * net(x)) for x, y in rows])
            loss = loss + 1e-4 * total([p**2 for p in net.parameters()])
            loss.backward()
            for p in net.parameters():
                p.data = p.data - (1 - 0.9 * k / 100) * p.grad
        return loss.data

    return run


def total(items: list[Tensor]) -> Tensor:
    """The sum, left to right."""
    result = items[0]
    for item in items[1:]:
        result = result + item
    return result


def mean(items: list[Tensor]) -> Tensor:
    return total(items) / len(items)


def moons_in_micrograd(steps: int) -> Callable[[], float]:
    """The same loop on micrograd as shipped, from the same weights."""
    from micrograd.engine import Value
    from micrograd.nn import MLP

    net, rows = fresh_network()
    model = MLP(2, [16, 16, 1])
    layers = [layer for layer in net if hasattr(layer, "neurons")]
    for theirs, ours in zip(model.layers, layers, strict=True):
        for neuron, source in zip(theirs.neurons, ours.neurons, strict=True):
            neuron.b.data = source.bias.data
            for weight, value in zip(neuron.w, source.weight, strict=True):
                weight.data = value.data

    def run() -> float:
        loss = Value(0)
        for k in range(steps):
            model.zero_grad()
            terms = [(1 + -y * model(list(map(Value, x)))).relu() for x, y in rows]
            loss = sum(terms) * (1.0 / len(terms))
            loss = loss + 1e-4 * sum(p * p for p in model.parameters())
            loss.backward()
            for p in model.parameters():
                p.data -= (1 - 0.9 * k / 100) * p.grad
        return float(loss.data)

    return run


def counting_in_mt(limit: int) -> Callable[[], float]:
    interpreter = Interpreter(Collector())
    interpreter.session.names["limit"] = limit

    def run() -> float:
        assert interpreter.run(Source("<counting>", COUNTING))
        return float(interpreter.session.names["total"])

    return run


def counting_in_python(limit: int) -> Callable[[], float]:
    def run() -> float:
        result = k = 0
        one = 1
        while k < limit:
            result = result + k * one if k > result else result - one
            k = k + one
        return float(result)

    return run


def block_in_mt(calls: int) -> Callable[[], float]:
    """A function with five names of its own, called many times."""
    interpreter = Interpreter(Collector())
    interpreter.session.names["u"], interpreter.session.names["v"] = Tensor(0.3), Tensor(0.7)
    assert interpreter.run(Source("<block>", BLOCK))
    many = interpreter.session.names["many"]
    return lambda: float(many(calls).data)


def block_in_python(calls: int) -> Callable[[], float]:
    """The same function in Python on our engine."""

    def f(x: Tensor, y: Tensor) -> Tensor:
        a = x * y
        b = a + x
        c = tanh(b)
        d = c * a - y
        e = d * d
        return e + a

    def run() -> float:
        u, v = Tensor(0.3), Tensor(0.7)
        result = u
        for _ in range(calls):
            result = f(u, v)
        return result.data

    return run


def growth(sizes: tuple[int, ...]) -> None:
    """What a statement costs beside many names, and a line that defines a function among many."""
    print("microseconds a statement beside so many names, and a line among so many definitions")
    for size in sizes:
        interpreter = Interpreter(Collector())
        interpreter.session.journal.on = False
        for number in range(size):
            interpreter.session.names[f"n{number}"] = number
        one = Source("<one>", "x = 2")
        interpreter.run(one)
        started = time.perf_counter()
        for _ in range(200):
            assert interpreter.run(one)
        statement = (time.perf_counter() - started) / 200
        lines = [f"f{k}(x) = {{ y = x + {k}; y }}" for k in range(size)]
        fresh = Interpreter(Collector())
        fresh.session.journal.on = False
        started = time.perf_counter()
        assert fresh.run(Source("<many>", "\n".join(lines)))
        line = (time.perf_counter() - started) / size
        print(f"  {size:6,}   statement {1e6 * statement:6.0f}   definition {1e6 * line:6.0f}")


PYTHONS_GC = gc.get_threshold()


def seconds(run: Callable[[], float], as_shipped: bool) -> tuple[float, float]:
    """How long one run takes, and what it computes; micrograd with the collector as it comes."""
    gc.collect()
    gc.set_threshold(*PYTHONS_GC if as_shipped else COLLECTIONS)
    started = time.perf_counter()
    value = run()
    return time.perf_counter() - started, value


def in_turn(makers: dict[str, Callable[[], Callable[[], float]]], rounds: int) -> dict[str, float]:
    """Median seconds of each, run one after the other in every round; all must agree."""
    times: dict[str, list[float]] = {name: [] for name in makers}
    for number in range(rounds + 1):
        values = []
        for name, make in makers.items():
            taken, value = seconds(make(), name == "micrograd")
            values.append(value)
            if number:  # the first round warms up
                times[name].append(taken)
        assert all(abs(value - values[0]) <= 1e-9 * max(1, abs(values[0])) for value in values)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and steps")
    quick = parser.parse_args().quick
    rounds, steps, slow_steps = (3, 10, 2) if quick else (7, 30, 3)
    moons = in_turn(
        {"mt": lambda: moons_in_mt(steps), "python": lambda: moons_in_python(steps)}, rounds
    )
    ratio = moons["mt"] / moons["python"]
    print(f"moons loop, {steps} steps, milliseconds a step")
    print(f"  .mt                     {1000 * moons['mt'] / steps:8.2f}")
    print(f"  Python on our engine    {1000 * moons['python'] / steps:8.2f}")
    print(f"  .mt takes {ratio:.2f} times as long (goal: at most {GOAL_MOONS})")

    if importlib.util.find_spec("micrograd") is None:
        print("  micrograd is not installed: left out")
    else:
        peer = in_turn(
            {
                "mt": lambda: moons_in_mt(slow_steps),
                "micrograd": lambda: moons_in_micrograd(slow_steps),
            },
            1 if quick else 3,
        )
        print(f"  micrograd               {1000 * peer['micrograd'] / slow_steps:8.2f}")
        faster = peer["micrograd"] / peer["mt"]
        print(f"  .mt is {faster:.0f} times as fast (goal: {GOAL_MICROGRAD:.0f})")

    calls = 5_000 if quick else 20_000
    blocks = in_turn(
        {"mt": lambda: block_in_mt(calls), "python": lambda: block_in_python(calls)}, rounds
    )
    print(f"function block of five names, {calls:,} calls, nanoseconds a call")
    print(f"  .mt                     {1e9 * blocks['mt'] / calls:8.0f}")
    print(f"  Python on our engine    {1e9 * blocks['python'] / calls:8.0f}")
    ratio = blocks["mt"] / blocks["python"]
    print(f"  .mt takes {ratio:.2f} times as long (goal: at most {GOAL_BLOCK})")

    limit = 50_000 if quick else 300_000
    loops = in_turn(
        {"mt": lambda: counting_in_mt(limit), "python": lambda: counting_in_python(limit)}, rounds
    )
    print(f"while loop with counts, {limit:,} rounds, nanoseconds a round")
    print(f"  .mt                     {1e9 * loops['mt'] / limit:8.0f}")
    print(f"  plain Python            {1e9 * loops['python'] / limit:8.0f}")
    print(f"  .mt takes {loops['mt'] / loops['python']:.2f} times as long")
    growth((100, 1_000, 4_000) if quick else (100, 1_000, 4_000, 16_000))


if __name__ == "__main__":
    main()
