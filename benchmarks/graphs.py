"""Big scalar graphs: made, swept and freed, by this engine and by micrograd.

    python -m benchmarks.graphs

Each measurement runs in a process of its own: what one library leaves on the heap slows the
garbage collector down for the next. Times are seconds of that process, medians of several runs;
memory is tracemalloc's peak over a run of its own, divided by the nodes.
"""

import json
import random
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

NODES = 100_000
DEEP = 1_000_000


def random_graph(kind: Any, nodes: int = NODES) -> Any:
    """Sums and products of any two values so far, shared and shallow (micrograd recurses).

    What nothing used is added up pair by pair, so that the sweep reaches every node; `nodes`
    counts these sums too, not the leaves (an eighth as many).
    """
    source = random.Random(1)
    values = [kind(source.uniform(-1, 1)) for _ in range(nodes // 8)]
    unused = set(range(len(values)))
    while len(values) - nodes // 8 + len(unused) - 1 < nodes:
        first, second = source.randrange(len(values)), source.randrange(len(values))
        a, b = values[first], values[second]
        unused -= {first, second}
        unused.add(len(values))
        values.append(a * b if abs(a.data * b.data) < 10.0 and len(values) % 2 else a - b)
    level = [values[index] for index in sorted(unused)]
    del values
    while len(level) > 1:
        odd = level[len(level) & ~1 :]
        level = [level[i] + level[i + 1] for i in range(0, len(level) - 1, 2)] + odd
    return level[0]


def chain(kind: Any, nodes: int = DEEP) -> Any:
    leaf = kind(1.0)
    output = leaf
    for _ in range(nodes):
        output = output + leaf
    return output


def balanced_tree(kind: Any, nodes: int = DEEP) -> Any:
    """About `nodes` tensors in all, leaves included."""
    level = [kind(0.5) for _ in range(2 ** (nodes.bit_length() - 2))]
    while len(level) > 1:
        level = [level[i] + level[i + 1] for i in range(0, len(level), 2)]
    return level[0]


WORKLOADS: dict[str, tuple[Callable[..., Any], int]] = {
    "random graph": (random_graph, NODES),
    "random graph, twice the nodes": (random_graph, 2 * NODES),
    "deep chain": (chain, DEEP),
    "balanced tree": (balanced_tree, DEEP),
}


def kind_named(name: str) -> Any:
    if name == "micrograd":
        from micrograd.engine import Value

        return Value
    from engine import Tensor

    return Tensor


def measure(engine: str, workload: str, runs: int) -> dict[str, float]:
    """Seconds to make, sweep and free the graph, and bytes a node at the peak."""
    make, nodes = WORKLOADS[workload]
    kind = kind_named(engine)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        output = make(kind, nodes)
        output.backward()
        del output
        seconds.append(time.perf_counter() - start)
    tracemalloc.start()
    output = make(kind, nodes)
    output.backward()
    peak = tracemalloc.get_traced_memory()[1]
    return {
        "seconds": statistics.median(seconds),
        "spread": max(seconds) - min(seconds),
        "bytes": peak / nodes_in(output),
    }


def nodes_in(output: Any) -> int:
    seen = {id(output)}
    stack = [output]
    while stack:
        for child in stack.pop()._prev:
            if id(child) not in seen:
                seen.add(id(child))
                stack.append(child)
    return len(seen)


def measured_apart(engine: str, workload: str, runs: int = 5) -> dict[str, float] | str:
    """`measure` in a fresh process; the last line of its error where it fails."""
    command = [sys.executable, "-m", "benchmarks.graphs", engine, workload, str(runs)]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        return (ran.stderr.strip().splitlines() or [f"exit {ran.returncode}"])[-1]
    result: dict[str, float] = json.loads(ran.stdout)
    return result


def table() -> list[str]:
    """Every workload on both engines, in processes of their own, as a Markdown table."""
    lines = [
        "| graph | engine | made, swept and freed | spread | bytes a node | micrograd / this |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for workload in WORKLOADS:
        runs = 5 if workload.startswith("random") else 3
        ours = measured_apart("ours", workload, runs)
        theirs = measured_apart("micrograd", workload, runs)
        for name, result in (("ours", ours), ("micrograd", theirs)):
            if isinstance(result, str):
                lines.append(f"| {workload} | {name} | {result[:60]} | | | |")
                continue
            ratio = ""
            if name == "ours" and not isinstance(theirs, str):
                ratio = f"{theirs['seconds'] / ours['seconds']:.1f}"
            lines.append(
                f"| {workload} | {name} | {result['seconds']:.3f} s | {result['spread']:.3f} s "
                f"| {result['bytes']:.0f} | {ratio} |"
            )
    return lines


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
    else:
        print(*table(), sep="\n")
