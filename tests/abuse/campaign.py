"""Classes of tries, what comes of them, and the workers that make them.

The tries of a class are shared out among forked workers. A worker that dies has crashed in its try,
one that says nothing for too long hangs in it; either way it is replaced and the next try begins.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection, get_context
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

Bad = Literal["crash", "hang", "traceback", "escape"]
BAD: tuple[Bad, ...] = ("crash", "hang", "traceback", "escape")
KEPT = 20  # inputs of a class that are kept for one kind of badness
AT_ONCE = 200  # tries that are handed to a worker together


class Finding(NamedTuple):
    """What was wrong with a try: its kind, and what was seen."""

    kind: Bad
    what: str


@dataclass
class Outcome:
    """What came of a try; `counts` are added up and printed below the table."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def bad(self, kind: Bad, what: str) -> None:
        self.findings.append(Finding(kind, what))

    def expect(self, holds: bool, kind: Bad, what: str) -> None:
        if not holds:
            self.bad(kind, what)


class Class:
    """A class of tries.

    `make` draws the input of a try, which is kept where the try goes wrong; `attempt` tries it, in
    a folder that the worker has for itself and that `prepare` filled.
    """

    name = ""
    tries = 0  # in the full form
    quick = 0
    seconds = 60.0  # after which a try hangs
    suffix = ".txt"

    def make(self, random: Random) -> Any:
        raise NotImplementedError

    def attempt(self, given: Any, random: Random) -> Outcome:
        raise NotImplementedError

    def ready(self) -> None:
        """Load what all workers need, before they are forked."""

    def prepare(self) -> None:
        """Fill the current folder, which is empty."""

    def kept(self, given: Any) -> bytes:
        """The input as the bytes of a file."""
        return given if isinstance(given, bytes) else str(given).encode("utf-8", "replace")

    def random(self, seed: int, number: int) -> Random:
        """The randomness of a try, whatever came before it."""
        return Random(f"{seed} {self.name} {number}")


@dataclass
class Tally:
    """What came of the tries of a class."""

    of: Class
    tries: int = 0
    clean: int = 0
    bad: Counter[str] = field(default_factory=Counter)  # tries with a finding of the kind
    counts: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)  # what to print of each that went wrong
    seconds: float = 0.0


def run_class(
    chosen: Class, seed: int, numbers: range, jobs: int, folder: Path, every: bool = False
) -> Tally:
    """Make the tries of these numbers; failing inputs go to `folder` (`every`: all inputs)."""
    tally = Tally(chosen)
    chosen.ready()
    gc.collect()
    gc.freeze()  # workers share what is there
    started = time.monotonic()
    for number, outcome in _outcomes(chosen, seed, numbers, jobs):
        tally.tries += 1
        tally.counts += outcome.counts
        kinds = {finding.kind for finding in outcome.findings}
        tally.clean += not kinds
        tally.bad.update(kinds)
        if (kinds and max(tally.bad.values()) <= KEPT) or every:
            tally.kept.append(_keep(chosen, seed, number, outcome, folder))
    gc.unfreeze()
    tally.seconds = time.monotonic() - started
    return tally


def _keep(chosen: Class, seed: int, number: int, outcome: Outcome, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{chosen.name}-{seed}-{number}{chosen.suffix}"
    path.write_bytes(chosen.kept(chosen.make(chosen.random(seed, number))))
    said = [f"{finding.kind}: {finding.what}" for finding in outcome.findings] or ["clean"]
    Path(f"{path}.said").write_text("\n".join(said) + "\n", encoding="utf-8", errors="replace")
    last = said[0].strip().split("\n")[-1][:150]  # of a traceback: what was raised
    again = f"python -m tests.abuse --only {chosen.name} --seed {seed} --try {number}"
    return f"{path}: {said[0].split(chr(10))[0][:80]} ... {last}\n  again: {again}"


# ---------------------------------------------------------------- workers


def _outcomes(chosen: Class, seed: int, numbers: range, jobs: int) -> Iterator[tuple[int, Outcome]]:
    waiting = [numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE)][::-1]
    if len(numbers) < AT_ONCE * jobs:
        waiting = [numbers[at::jobs] for at in range(jobs) if numbers[at::jobs]]
    workers: list[_Worker] = []
    try:
        while waiting or workers:
            while waiting and len(workers) < jobs:
                workers.append(_Worker(chosen, seed, waiting.pop()))
            now = time.monotonic()
            soonest = min(worker.deadline for worker in workers)
            ready = connection.wait([w.results for w in workers], max(0.0, soonest - now))
            for worker in list(workers):
                if worker.results in ready:
                    came = worker.take()
                elif time.monotonic() >= worker.deadline:
                    came = worker.hangs()
                else:
                    continue
                if came is not None:
                    yield came
                if worker.gone:
                    workers.remove(worker)
                    if worker.left:
                        waiting.append(worker.left)
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process that makes tries, one after the other."""

    def __init__(self, chosen: Class, seed: int, numbers: range) -> None:
        self.chosen, self.seed, self.left = chosen, seed, numbers
        context = get_context("fork")
        self.results, theirs = context.Pipe(duplex=False)
        self.folder = tempfile.mkdtemp(prefix="minitorch-abuse-")
        self.process = context.Process(
            target=_work, args=(chosen, seed, numbers, theirs, self.folder), daemon=False
        )
        self.process.start()
        theirs.close()
        self.gone = False
        self.wait_anew()

    def wait_anew(self) -> None:
        self.deadline = time.monotonic() + self.chosen.seconds

    def take(self) -> tuple[int, Outcome] | None:
        try:
            outcome = self.results.recv()
        except EOFError:
            self.process.join()
            self.end()
            if not self.left:
                return None
            status = self.process.exitcode or 0
            how = signal.Signals(-status).name if status < 0 else f"status {status}"
            return self.lost(Finding("crash", f"the worker died: {how}"))
        number, self.left = self.left[0], self.left[1:]
        self.wait_anew()
        return number, outcome

    def hangs(self) -> tuple[int, Outcome]:
        self.end()
        return self.lost(Finding("hang", f"nothing for {self.chosen.seconds:g} seconds"))

    def lost(self, finding: Finding) -> tuple[int, Outcome]:
        number, self.left = self.left[0], self.left[1:]
        return number, Outcome([finding])

    def end(self) -> None:
        """End the process with all that it started."""
        self.gone = True
        if self.process.is_alive():
            try:
                os.killpg(self.process.pid or 0, signal.SIGKILL)
            except ProcessLookupError:  # it has no group of its own yet
                self.process.kill()
        self.process.join()
        self.results.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _work(chosen: Class, seed: int, numbers: range, results: Any, folder: str) -> None:
    os.setpgid(0, 0)
    # What runs in the background of a shell ignores Ctrl-C, and all that it starts does.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(folder)
    os.mkdir("temporary")
    os.mkdir("work")
    os.environ["TMPDIR"] = tempfile.tempdir = os.path.join(folder, "temporary")
    os.chdir("work")
    with _quiet():
        chosen.prepare()
        for number in numbers:
            random = chosen.random(seed, number)
            given = chosen.make(random)
            try:
                outcome = chosen.attempt(given, random)
            except Exception as error:
                told = "".join(traceback.format_exception(error, limit=-6))
                outcome = Outcome([Finding("crash", told)])
            results.send(outcome)


@contextmanager
def _quiet() -> Iterator[None]:
    """What workers print themselves goes nowhere: tries look at what they ask for."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
    yield
