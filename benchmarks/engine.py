"""Speed of the engine beside its peers: `python -m benchmarks.engine [--quick]`.

Every variant runs in processes of its own, in turn with the others, several rounds over; inside a
process a whole trajectory warms up before others from the same starting weights are timed. All
variants must compute the same losses, or nothing is reported. What counts are the ratios of the
medians within one run. The table is printed and written to benchmarks/RESULTS.md.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import graphs
from benchmarks.variants import VARIANTS

HERE = Path(__file__).parent
FLOAT32 = "PyTorch eager float32"
STEPS = {"W1": 200, "W2": 60}
SLOW_STEPS = {  # enough for variants whose steps all take alike
    ("micrograd", "W1"): 20,
    ("micrograd", "W2"): 3,
    ("eager, plain operators", "W1"): 50,
    ("eager, plain operators", "W2"): 15,
}
NETWORK = "net = linear(5,4) relu linear(4,8) relu linear(8,4) relu linear(4,1)"
WHOLE = {
    "start to exit, minitorch": [
        "-m", "minitorch_shell", "-c", f"{NETWORK}; train majority epochs=500"
    ],
    "start to exit, PyTorch": ["-m", "benchmarks.whole_torch"],
}  # fmt: skip
# what, workload, measured, against, at least so many times faster
GOALS = [
    ("eager, plain operators", "W1", "micrograd", 8.0),
    ("eager, plain operators", "W2", "micrograd", 20.0),
    ("eager, nn.Sequential", "W1", "micrograd", 50.0),
    ("eager, nn.Sequential", "W2", "micrograd", 200.0),
    ("compiled", "W1", "micrograd", 250.0),
    ("compiled", "W2", "micrograd", 1000.0),
    ("compiled", "W1", "PyTorch eager float64", 2.5),
    ("compiled", "W2", "PyTorch eager float64", 0.6),
    ("start to exit, minitorch", "process", "start to exit, PyTorch", 10.0),
]
COMPILE_GOAL = 20.0  # milliseconds for W2


@dataclass
class Measured:
    """One variant on one workload."""

    times: list[float] = field(default_factory=list)  # microseconds a step
    builds: list[float] = field(default_factory=list)  # milliseconds
    losses: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, as a share of the median."""
        if len(self.times) < 3:
            return 0.0
        low, _, high = statistics.quantiles(self.times, n=4)
        return (high - low) / 2 / self.median


Results = dict[tuple[str, str], Measured]


def measure(rounds: int, runs: int) -> tuple[Results, set[str]]:
    """All variants in turn, `rounds` times; and the packages that were not there."""
    results: Results = {}
    missing: set[str] = set()
    for number in range(rounds):
        for workload, steps in STEPS.items():
            for name in VARIANTS:
                done = SLOW_STEPS.get((name, workload), steps)
                answer = run_variant(name, workload, done, runs)
                if "missing" in answer:
                    missing.add(f"{name} ({answer['missing']} is not installed)")
                    continue
                measured = results.setdefault((name, workload), Measured())
                measured.times += answer["times"]
                measured.builds.append(answer["build"])
                measured.losses = answer["losses"]
        for name, arguments in WHOLE.items():
            measure_whole(name, arguments, results, missing)
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    return results, missing


def run_variant(name: str, workload: str, steps: int, runs: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.variants", name, workload, str(steps), str(runs)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(output)


def measure_whole(name: str, arguments: list[str], results: Results, missing: set[str]) -> None:
    needed = "torch" if "PyTorch" in name else "minitorch_shell"
    if importlib.util.find_spec(needed) is None:
        missing.add(f"{name} ({needed} is not installed)")
        return
    start = time.perf_counter()
    process = subprocess.run([sys.executable, *arguments], capture_output=True)
    spent = time.perf_counter() - start
    if process.returncode != 0:
        missing.add(f"{name} (it ended with an error)")
        return
    results.setdefault((name, "process"), Measured()).times.append(spent * 1e6)


def check_losses(results: Results) -> None:
    """Stop unless all variants agree to 1e-9 (float32: to 1e-3 over the first ten steps)."""
    for workload in STEPS:
        reference = results["compiled", workload].losses
        for (name, other), measured in results.items():
            if other != workload:
                continue
            short = name == FLOAT32
            tolerance = 1e-3 if short else 1e-9
            pairs = list(zip(reference, measured.losses, strict=False))[: 10 if short else None]
            worst = max(abs(a - b) for a, b in pairs)
            if not worst <= tolerance:
                raise SystemExit(f"{name} and compiled differ by {worst:g} on {workload}")


def table(results: Results) -> list[str]:
    lines = [
        "| variant | workload | median | spread | micrograd / this | PyTorch float64 / this |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for (name, workload), measured in sorted(results.items(), key=lambda item: item[0][1]):
        ratios = []
        for peer in ("micrograd", "PyTorch eager float64"):
            other = results.get((peer, workload))
            ratios.append(f"{other.median / measured.median:.2f}" if other else "")
        lines.append(
            f"| {name} | {workload} | {measured.median:,.0f} µs | ±{measured.spread:.0%} "
            f"| {' | '.join(ratios)} |"
        )
    return lines


def goals(results: Results) -> list[str]:
    lines = ["| goal | wanted | measured | met |", "|---|---:|---:|---|"]
    for name, workload, peer, wanted in GOALS:
        mine, other = results.get((name, workload)), results.get((peer, workload))
        if mine and other:
            ratio = other.median / mine.median
            met = "yes" if ratio >= wanted else "no"
            lines.append(
                f"| {name}, {workload}, against {peer} | {wanted:g}x | {ratio:.2f}x | {met} |"
            )
    build = statistics.median(results["compiled", "W2"].builds)
    met = "yes" if build < COMPILE_GOAL else "no"
    lines.append(f"| building and compiling W2 | {COMPILE_GOAL:g} ms | {build:.1f} ms | {met} |")
    return lines


def machine() -> str:
    """What it ran on, in a line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    versions = [f"Python {platform.python_version()}"]
    for package in ("torch", "numpy", "micrograd"):
        if importlib.util.find_spec(package):
            versions.append(f"{package} {importlib.metadata.version(package)}")
    return f"{model}, {os.cpu_count()} cores, {platform.system()}; {', '.join(versions)}"


def report(results: Results, missing: set[str], command: str) -> str:
    lines = [
        "# Speed of the engine",
        "",
        f"Written by `{command}`. Microseconds a training step (zero, forward, backward, update);",
        "`process` is `train majority epochs=500` from start to exit. Other load on the machine",
        "moves the times; the ratios are within one run.",
        "",
        f"Machine: {machine()}",
        "",
        *table(results),
        "",
        *goals(results),
        "",
        "Goals for graphs: the random graph at least 7x as fast as micrograd and at most 300 bytes",
        "a node in all; a million-deep chain without touching the recursion limit.",
        "",
        *graphs.table(),
    ]
    if missing:
        lines += ["", f"Left out: {', '.join(sorted(missing))}."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round, nothing is written")
    quick = parser.parse_args().quick
    os.chdir(HERE.parent)
    results, missing = measure(1 if quick else 5, 2 if quick else 4)
    check_losses(results)
    text = report(results, missing, "python -m benchmarks.engine")
    print(text)
    if not quick:
        (HERE / "RESULTS.md").write_text(text)


if __name__ == "__main__":
    main()
