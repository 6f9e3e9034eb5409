"""kill -9 at random moments: of `save` and `export`, of runs of `minitorch`, of the history.

Afterwards each file is whole, the old one or the new one; a later save sweeps up what was left;
each line of the history that was acknowledged is there.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from command import clean_environment

from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector
from tests.abuse import ROOT
from tests.abuse.campaign import Class, Outcome
from tests.abuse.oracle import NAME
from tests.abuse.shell_files import read_history, store_history

NETWORKS = "a = mlp(5, [40, 30], 2) with seed=1; b = mlp(5, [41, 30], 2) with seed=2"
# The statements that write, with the file they write.
WRITES = {
    "save": ('save {} to "net"', "net"),
    "export": ('export {} to "net"', "net"),
    "export as pytorch": ('export {} to "net" as pytorch', "net"),
}
RUN = f"""{NETWORKS}
print "ready"
while true {{ save a to "net"; print 1, [2, 3]; train a on majority epochs=1; save b to "net" }}
"""
SAFE_RUN = f"""{NETWORKS}
print "ready"
while true {{ print 1, [2, 3]; train a on majority epochs=1 }}
"""
PATIENCE = 10.0  # seconds for what a killed process leaves behind to go, too


class Kill(NamedTuple):
    kind: str
    delay: float  # seconds from the moment at which all is ready
    safe: bool = False


class Kills(Class):
    name = "kills"
    tries = 1_000
    quick = 30
    seconds = 60.0
    suffix = ".json"

    def make(self, random: Random) -> Kill:
        kind = random.choice((*WRITES, "save", "export", "history", "history", "run"))
        # Most within the first rounds; a round takes some milliseconds.
        return Kill(kind, random.random() ** 2 * 0.04, safe=random.random() < 0.3)

    def kept(self, given: Kill) -> bytes:
        return json.dumps(given._asdict()).encode()

    def prepare(self) -> None:
        self.interpreter = Interpreter(Collector())
        self.do(NETWORKS)
        self.whole: dict[str, set[bytes]] = {}
        for kind, (statement, file) in WRITES.items():
            contents = set()
            for name in "ab":
                self.do(statement.format(name))
                contents.add(Path(file).read_bytes())
            assert len(contents) == 2
            self.whole[kind] = contents

    def do(self, text: str) -> None:
        assert self.interpreter.run(Source(NAME, text)), self.interpreter.session.receive

    def attempt(self, given: Kill, random: Random) -> Outcome:
        outcome = Outcome()
        outcome.counts[f"{given.kind}: tried"] += 1
        for name in os.listdir():
            os.unlink(name)
        if given.kind == "history":
            self.history(given, outcome)
        elif given.kind == "run":
            self.run(given, outcome)
        else:
            self.write(given, outcome)
        return outcome

    # ------------------------------------------------------------ files of networks

    def write(self, given: Kill, outcome: Outcome) -> None:
        statement, file = WRITES[given.kind]
        self.do(statement.format("a"))

        def work(acknowledge: Callable[[], None]) -> None:
            for name in "ba" * 100_000:
                self.do(statement.format(name))
                acknowledge()

        done = killed(work, given.delay)
        outcome.counts["files written meanwhile"] += done
        whole = Path(file).read_bytes() in self.whole[given.kind]
        outcome.expect(whole, "escape", "the file is neither the old one nor the new one")
        outcome.counts["left lying"] += len(os.listdir()) > 1
        self.swept(statement.format("a"), file, outcome)

    def swept(self, statement: str, file: str, outcome: Outcome) -> None:
        self.do(statement)
        lying = sorted(os.listdir())
        outcome.expect(lying == [file], "escape", f"a later save leaves lying: {lying}")

    # ------------------------------------------------------------ the history

    def history(self, given: Kill, outcome: Outcome) -> None:
        path = Path("history")
        store_history(path, "the first line")

        def work(acknowledge: Callable[[], None]) -> None:
            for number in range(100_000):
                store_history(path, f"x{number} = {'9' * (number % 700)}\n")
                acknowledge()

        done = killed(work, given.delay)
        outcome.counts["lines acknowledged"] += done
        read = read_history(path)
        expected = ["the first line", *(f"x{n} = {'9' * (n % 700)}\n" for n in range(done + 1))]
        lines = [line.rstrip() for line in read]
        wanted = [line.rstrip() for line in expected]
        outcome.expect(lines in (wanted, wanted[:-1]), "escape", f"{done} told, {len(lines)} there")
        store_history(path, "the last line")
        again = [line.rstrip() for line in read_history(path)]
        outcome.expect(again == [*lines, "the last line"], "escape", "a later line is lost")

    # ------------------------------------------------------------ whole runs

    def run(self, given: Kill, outcome: Outcome) -> None:
        Path(NAME).write_text(SAFE_RUN if given.safe else RUN)
        options = ["--safe"] if given.safe else []
        with subprocess.Popen(
            [sys.executable, "-m", "minitorch_shell", "--format=json", *options, NAME],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=clean_environment() | {"PYTHONPATH": str(ROOT)},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            said = process.stdout.readline()
            time.sleep(given.delay * 4)
            process.kill()
            rest = read_to_the_end(process.stdout.fileno())
        outcome.expect(rest is not None, "hang", "what it started lives on")
        for line in (said + (rest or b"")).split(b"\n")[:-1]:
            json.loads(line)
        if not given.safe and Path("net").exists():
            layers = json.loads(Path("net").read_bytes())["model"]["layers"]
            outcome.expect(len(layers) == 5, "escape", f"{len(layers)} layers")
        os.unlink(NAME)
        self.swept('save a to "net"', "net", outcome)


def read_to_the_end(file: int) -> bytes | None:
    """What is left in a pipe until nobody holds its other side; None where somebody goes on."""
    found = b""
    end = time.monotonic() + PATIENCE
    while select.select([file], [], [], max(0.0, end - time.monotonic()))[0]:
        part = os.read(file, 65_536)
        if not part:
            return found
        found += part
    return None


def killed(work: Callable[[Callable[[], None]], None], delay: float) -> int:
    """Do the work in a child, kill it after the delay: how often it had acknowledged."""
    acknowledged, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(acknowledged)
            os.write(told, b"r")
            work(lambda: os.write(told, b".") and None)
        finally:
            os._exit(1)
    os.close(told)
    os.read(acknowledged, 1)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    count = 0
    while part := os.read(acknowledged, 65_536):
        count += len(part)
    os.close(acknowledged)
    return count
