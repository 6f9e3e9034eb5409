"""Mutation testing: how many small mistakes in the engine the tests of the engine notice.

    python -m tests.mutation                        every mutant of the files below; minutes
    python -m tests.mutation engine/rules.py:75     those of a file, or of one line
    python -m tests.mutation --every 40             a sample

Prints a table, then the survivors with their places. Ends with status 1 where a file's score is
below the floor or an entry of equivalent.toml is wrong. docs/testing.md says more.
"""

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants_of, unchanged
from tests.mutation.running import KILLED, SURVIVED, TIMED_OUT, compiled_aside, try_all, watch

HERE = Path(__file__).parent
FILES = ["tensor", "rules", "nn", "optim", "losses", "functions"]
EQUIVALENT = "equivalent"


def read_equivalents(path: Path) -> dict[tuple[str, str, str, str], str]:
    """The mutants that are known to change nothing, each with the reason why."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
    return {(x["file"], x["in"], x["before"], x["after"]): x["reason"] for x in entries}


def find_mutants(root: Path, places: Sequence[str]) -> list[Mutant]:
    """The mutants of `file` or `file:line`."""
    found: dict[str, Mutant] = {}
    for place in places:
        file, _, line = place.partition(":")
        for mutant in mutants_of(file, (root / file).read_text(encoding="utf-8")):
            if not line or mutant.line == int(line):
                found[mutant.source] = mutant
    return list(found.values())


def table(outcomes: dict[Mutant, str]) -> str:
    """One line a file: how many mutants there are and what became of them."""
    files = list(dict.fromkeys(mutant.file for mutant in outcomes))
    heading = ("file", "mutants", "killed", "timed out", "survived", "equivalent", "score", "rest")
    rows = [heading]
    for name, chosen in [*((file, {file}) for file in files), ("all", set(files))]:
        counts = Counter(what for mutant, what in outcomes.items() if mutant.file in chosen)
        kinds = [counts[kind] for kind in (KILLED, TIMED_OUT, SURVIVED, EQUIVALENT)]
        rows.append((name, *map(str, [counts.total(), *kinds]), *_percent(counts)))
    widths = [max(len(row[k]) for row in rows) for k in range(len(heading))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


def score(counts: Counter[str]) -> float:
    """The share that the tests noticed, in percent; equivalent mutants count as not noticed."""
    return 100.0 * (counts[KILLED] + counts[TIMED_OUT]) / counts.total()


def _percent(counts: Counter[str]) -> tuple[str, str]:
    rest = Counter({kind: n for kind, n in counts.items() if kind != EQUIVALENT})
    return f"{score(counts):.1f} %", f"{score(rest):.1f} %" if rest else "-"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation",
        description="How many small mistakes in the engine the tests of the engine notice.",
    )
    add = parser.add_argument
    add("places", nargs="*", metavar="FILE[:LINE]", help="what to change (six engine files)")
    add("--tests", nargs="+", default=["tests/engine"], help="what to run (tests/engine)")
    add("--marks", default="not slow and not campaign", help="as pytest's -m")
    add("--every", type=int, default=1, metavar="N", help="try one mutant in N")
    add("--jobs", type=int, default=1, metavar="N", help="how many at a time")
    add("--seconds", type=int, default=10, metavar="N", help="patience with a mutant (10)")
    add("--floor", type=float, default=90.0, metavar="PERCENT", help="the least score (90)")
    add("--root", type=Path, default=HERE.parents[1], help="the folder the paths start from")
    add("--equivalent", type=Path, default=HERE / "equivalent.toml", help="known to change nothing")
    options = parser.parse_args(arguments)

    root = options.root.resolve()
    places = options.places or [f"engine/{name}.py" for name in FILES]
    mutants = find_mutants(root, places)[:: options.every]
    files = list(dict.fromkeys(mutant.file for mutant in mutants))
    known = read_equivalents(options.equivalent)
    outcomes: dict[Mutant, str] = {}
    wrong: list[str] = []
    with compiled_aside():
        tests = watch(root, files, options.tests, options.marks)
        print(f"{len(tests.seconds)} tests, {len(mutants)} mutants", file=sys.stderr)
        settings = options.marks, options.jobs, options.seconds
        same = [unchanged(file, (root / file).read_text(encoding="utf-8")) for file in files]
        for mutant, outcome in try_all(root, same, tests, *settings):
            if outcome != SURVIVED:  # the tests cannot bear to be run in this way
                raise SystemExit(f"{mutant.file} without any change is {outcome}")
        for mutant, outcome in try_all(root, mutants, tests, *settings):
            if mutant.identity in known:
                if outcome != SURVIVED:
                    wrong.append(f"{outcome}, so not equivalent: {_shown(mutant)}")
                outcome = outcome if outcome != SURVIVED else EQUIVALENT
            outcomes[mutant] = outcome
            if sys.stderr.isatty():
                print(f"\r{len(outcomes)}/{len(mutants)}", end="", file=sys.stderr, flush=True)
    outcomes = {mutant: outcomes[mutant] for mutant in mutants}

    print(table(outcomes))
    for kind in (SURVIVED, TIMED_OUT):
        shown = [_shown(mutant) for mutant, outcome in outcomes.items() if outcome == kind]
        print(f"\n{kind}: {len(shown)}", *shown, sep="\n")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    counts = {file: Counter(x for m, x in outcomes.items() if m.file == file) for file in files}
    low = [file for file in files if score(counts[file]) < options.floor]
    if low:
        print(f"below {options.floor:g} %: {', '.join(low)}")
    return 1 if low or wrong else 0


def _shown(mutant: Mutant) -> str:
    within = f" in {mutant.scope}" if mutant.scope else ""
    return (
        f"\n{mutant.file}:{mutant.line}{within}: {mutant.operator}\n"
        f"  - {mutant.before}\n  + {mutant.after}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
