"""kill -9 at random moments: of `save` and `export`, of runs of `minitorch`, of what a shell keeps.

Afterwards each file is whole, the old one or the new one; a later save sweeps up what was left;
each line of the history and each statement of the session that was acknowledged is there.
"""

from __future__ import annotations

import json
import os
import select
import shutil
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
from minitorch_shell.files.database import Database
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector
from minitorch_shell.shell.history import KeptHistory
from minitorch_shell.shell.logbook import Logbook
from tests.abuse import ROOT
from tests.abuse.campaign import Class, Outcome
from tests.abuse.oracle import NAME
from tests.abuse.shell_files import cut_off, read_history, store_history

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
        kind = random.choice((*WRITES, "save", "export", "history", "session", "run"))
        # Most within the first rounds; a round takes some milliseconds.
        longest = 0.2 if kind == "session" else 0.04
        return Kill(kind, random.random() ** 2 * longest, safe=random.random() < 0.3)

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
            if os.path.isdir(name):
                shutil.rmtree(name)
            else:
                os.unlink(name)
        if given.kind in ("history", "session"):
            getattr(self, given.kind)(given, outcome)
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
        state = Path("state")
        store_history(state, "the first line")
        lines = [f"x{number} = {'9' * (number % 90)}" for number in range(1_900)]

        def work(acknowledge: Callable[[], None]) -> None:
            history = KeptHistory(Database(state))
            for line in lines:
                history.store_string(line)
                acknowledge()
            time.sleep(PATIENCE)

        done = killed(work, given.delay)
        outcome.counts["lines of the history acknowledged"] += done
        found = read_history(state)
        wanted = ["the first line", *lines[: done + 1]]
        outcome.expect(found in (wanted, wanted[:-1]), "escape", f"{done} told, {len(found)} there")
        store_history(state, "the last line")
        again = read_history(state)
        outcome.expect(again == [*found, "the last line"], "escape", "a later line is lost")

    def session(self, given: Kill, outcome: Outcome) -> None:
        state = Path("state")

        def work(acknowledge: Callable[[], None]) -> None:
            interpreter = Interpreter(Collector())
            log = interpreter.log = Logbook(Database(state), interpreter.session)
            for number in range(100_000):
                interpreter.run(Source("<shell>", f"x{number} = {number}"))
                log.acknowledge()
                acknowledge()

        done = killed(work, given.delay)
        outcome.counts["statements acknowledged"] += done
        kept = cut_off(state, self.interpreter.session)
        texts = [statement.text for statement in kept]
        wanted = [f"x{number} = {number}" for number in range(len(kept))]
        outcome.expect(texts == wanted, "escape", f"other statements: {texts[-3:]}")
        outcome.expect(done <= len(kept) <= done + 1, "escape", f"{done} told, {len(kept)} there")
        finished = [statement.outcome for statement in kept[:done]]
        outcome.expect({*finished} <= {"done"}, "escape", f"not done: {finished}")

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
