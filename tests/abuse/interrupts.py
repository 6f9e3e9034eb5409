"""Ctrl-C at moments spread over all phases of a run: status 130, no traceback, never swallowed.

Most programs here have no end, so an interrupt that is lost is seen: the run goes on. The signal
comes from outside after a random time, sometimes twice; or from inside, before one of the calls of
Python functions that a run with an end makes. Then the run may also have been over.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

from command import clean_environment
from strike import STRIKE

from tests.abuse import ROOT
from tests.abuse.campaign import Class, Outcome
from tests.abuse.processes import look_at

# Ctrl-C is ours from the first line of `main` on; before that it is Python's.
START = """
import os, signal, sys
signal.signal(signal.SIGINT, lambda number, frame: os._exit(130))
from minitorch_shell.__main__ import main
os.write(int(sys.argv.pop()), b"r")
sys.exit(main())
"""
NET = "net = mlp(2, [8], 1) with seed=1"
LOOP = "while true { x = 1 }\n"
ENDLESS = {
    "a loop": "x = 0\nwhile true { x := x + 1 }\n",
    "a graph": "while true { x = 2; z = x * 3 + x^2; repeat 50 { z = tanh(z) * x }; backward z }\n",
    "print": 'while true { print 1, "a", [1, 2] }\n',
    "training": f"{NET}\ntrain net on moons epochs=100000000 every=1000\n",
    "eager training": f"{NET}\nset engine=eager\ntrain net on moons epochs=100000000 every=10\n",
    "many trainings": f"{NET}\nwhile true {{ train net on xor epochs=2 optimizer=adam }}\n",
    "test": f"{NET}\nwhile true {{ test net on moons; show net; vars }}\n",
    "save": f'{NET}\nwhile true {{ save net to "net.json" }}\n',
    "export": f'{NET}\nwhile true {{ export net to "net.py" }}\n',
    "load": f'{NET}; save net to "net.json"\nwhile true {{ m = load("net.json"); m(1, 0) }}\n',
    "csv": 'while true { d = csv("data.csv"); for x, y in d { print x } }\n',
    "import": 'while true { import "other.mt" }\n',
    "undo": "x = 1; w = [1, 2]; backward x^2\n" + "x := 2; x = 3; w[0] := x\nundo 2\nredo\n" * 1_500
    + LOOP,
    "errors": "f(a) = a + 1\n" + "if 1 < 2 { print f(1) }\n" * 500 + LOOP,
    "comprehensions": "while true { sum([a * b for a in range(50) for b in range(9) if a < b]) }\n",
}  # fmt: skip
# Those that write are for runs without --safe.
WRITING = {"save", "export", "load"}
BOUNDS = ("--max-seconds=60", "--max-output=1000000000")
MODES: dict[str, tuple[str, ...]] = {
    "script": (), "code": (), "stdin": (), "json": ("--format=json",), "test": ("--test",),
    "limits": ("--max-nodes=10000000", *BOUNDS), "safe": ("--safe", *BOUNDS),
    "safe test": ("--safe", "--test", *BOUNDS), "check": ("--check",),
    "safe check": ("--safe", "--check", *BOUNDS),
}  # fmt: skip
LONG = "".join(f"f{n}(a) = a + {n}; x{n} = f{n}(2) * {n}\n" for n in range(40_000))  # to check
FINITE = (
    "x = 2; y = x^2; backward y; net = linear(2,3) relu linear(3,1); train xor epochs=2; print 7"
)
INSIDE = ("", "--safe", "--format=json", "--check", "--test")
FAR = 100_000_000
PATIENCE = 20.0  # seconds until an interrupt counts as swallowed


class Interrupt(NamedTuple):
    mode: str
    program: str
    share: float  # of the time, or of the calls
    again: float | None = None  # seconds to a second one


class Interrupts(Class):
    name = "interrupts"
    tries = 1_000
    quick = 24
    seconds = 90.0
    suffix = ".json"

    def make(self, random: Random) -> Interrupt:
        if random.random() < 0.25:
            return Interrupt("inside", random.choice(INSIDE), random.random())
        mode = random.choice((*MODES, "script", "script", "safe"))
        program = random.choice([name for name in ENDLESS
                                 if name not in WRITING or "safe" not in mode])  # fmt: skip
        again = random.random() * 0.01 if random.random() < 0.2 else None
        return Interrupt(mode, program, random.random(), again)

    def kept(self, given: Interrupt) -> bytes:
        return json.dumps(given._asdict()).encode()

    def ready(self) -> None:
        """How many calls the runs with an end make, and what they write."""
        self.calls: dict[str, tuple[int, str]] = {}

    def attempt(self, given: Interrupt, random: Random) -> Outcome:
        outcome = Outcome()
        for name in os.listdir():
            os.unlink(name)
        if given.mode == "inside":
            outcome.counts["from inside"] += 1
            self.inside(given, outcome)
        else:
            outcome.counts[f"{given.mode}: tried"] += 1
            outcome.counts[f"in {given.program}"] += 1
            self.outside(given, outcome)
        return outcome

    # ------------------------------------------------------------ from outside

    def outside(self, given: Interrupt, outcome: Outcome) -> None:
        text = LONG if "check" in given.mode else ENDLESS[given.program]
        Path("data.csv").write_text("a,b\n1,0\n2,1\n")
        Path("other.mt").write_text("imported = 3\nh(a) = a + imported\n")
        Path("program.mt").write_text(text)
        source = {"code": ("-c", text), "stdin": ("-",)}.get(given.mode, ("program.mt",))
        ready, told = os.pipe()
        with open("program.mt") as program, subprocess.Popen(
            [sys.executable, "-c", START, *MODES[given.mode], *source, str(told)],
            stdin=program if given.mode == "stdin" else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=(told,),
            env=clean_environment() | {"PYTHONPATH": str(ROOT)}, start_new_session=True,
        ) as process:  # fmt: skip
            os.close(told)
            os.read(ready, 1)
            os.close(ready)
            time.sleep(given.share * (2.0 if "check" in given.mode else 0.7))
            early = process.poll()
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
            if given.again is not None:
                time.sleep(given.again)
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGINT)
            try:
                said = process.communicate(timeout=PATIENCE)[1].decode()
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                outcome.bad("escape", "the interrupt was swallowed")
                return
        assert early is None, f"it was over by itself: {early} {said[-500:]}"
        self.look_at(process.returncode, said, outcome)
        lying = {*os.listdir()} - {"program.mt", "data.csv", "other.mt", "net.json", "net.py"}
        outcome.expect(not lying, "escape", f"left lying: {lying}")

    def look_at(self, status: int, said: str, outcome: Outcome) -> None:
        look_at(outcome, said)
        outcome.expect(status == 130, "crash", f"status {status}: {said[-500:]}")

    # ------------------------------------------------------------ from inside

    def inside(self, given: Interrupt, outcome: Outcome) -> None:
        options = given.program.split()
        if given.program not in self.calls:
            done = self.struck(FAR, options)
            told, _, left = done.stdout.rpartition("left ")
            self.calls[given.program] = FAR - int(left), told
        count, told = self.calls[given.program]
        done = self.struck(20 + int((count - 20) * given.share), options)
        outcome.expect(done.stderr == "", "traceback", done.stderr[-600:])
        if done.returncode == 0 and given.share > 0.9:  # it came when all was done
            whole = done.stdout.rpartition("left ")[0]
            outcome.expect(whole == told, "escape", f"swallowed: {done.stdout[-300:]}")
            outcome.counts["from inside: when all was done"] += 1
        else:
            self.look_at(done.returncode, done.stderr, outcome)

    def struck(self, at: int, options: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", STRIKE, *options, "-c", FINITE, str(at)], check=False,
            capture_output=True, text=True, timeout=60,
            env=clean_environment() | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
