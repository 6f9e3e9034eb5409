"""`python -m tests.abuse`: try to break it, and print a table of what came of it."""

import argparse
import sys
from pathlib import Path

from tests.abuse.campaign import BAD, Class, Tally, run_class
from tests.abuse.files import Files
from tests.abuse.hostile import Hostile
from tests.abuse.interrupts import Interrupts
from tests.abuse.kills import Kills
from tests.abuse.programs import Programs

CLASSES: dict[str, type[Class]] = {
    kind.name: kind for kind in (Programs, Kills, Interrupts, Files, Hostile)
}
HEADINGS = ("class", "tries", "clean", "crashes", "hangs", "tracebacks", "escapes")
LEGEND = """crashes: it died of a signal, told of a bug of its own (MT900), disagreed with itself
escapes: something got where it must not be, or an acknowledged thing was lost"""


def main(arguments: list[str]) -> int:
    """Run the classes; 0 when all bad columns are 0, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.abuse", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few tries of each class")
    parser.add_argument("--only", choices=CLASSES, action="append", help="this class alone")
    parser.add_argument("--seed", type=int, default=1, help="where the tries begin (1)")
    parser.add_argument("--tries", type=int, help="so many of each class")
    parser.add_argument("--try", type=int, dest="number", help="the try of this number alone")
    parser.add_argument("--jobs", type=int, default=2, help="workers at a time (2)")
    parser.add_argument("--keep", type=Path, default=Path("abuse-failures"), metavar="FOLDER",
                        help="where inputs are kept that went wrong (abuse-failures)")  # fmt: skip
    chosen = parser.parse_args(arguments)
    tallies = []
    for name in chosen.only or CLASSES:
        kind = CLASSES[name]()
        tries = chosen.tries or (kind.quick if chosen.quick else kind.tries)
        numbers = range(tries)
        if chosen.number is not None:
            numbers = range(chosen.number, chosen.number + 1)
        every = chosen.number is not None
        tally = run_class(kind, chosen.seed, numbers, chosen.jobs, chosen.keep, every)
        tallies.append(tally)
        print(f"{name}: {tally.tries:,} tries in {tally.seconds:.0f} s", file=sys.stderr)
    print("\n".join(table(tallies)))
    print(LEGEND)
    for tally in tallies:
        for text, count in sorted(tally.counts.items()):
            print(f"  {tally.of.name}: {text}: {count:,}")
        for kept in tally.kept:
            print(kept)
    return 1 if any(tally.bad for tally in tallies) else 0


def table(tallies: list[Tally]) -> list[str]:
    """The lines of the table."""
    rows = [HEADINGS]
    for tally in tallies:
        bad = [f"{tally.bad[kind]:,}" for kind in BAD]
        rows.append((tally.of.name, f"{tally.tries:,}", f"{tally.clean:,}", *bad))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
