"""Corrupted files: checkpoints, CSV, config.toml, the shell's history, programs that are imported.

Nothing comes of them but messages with codes, and a file that cannot be loaded leaves the session
as it was.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import NamedTuple

from portrait import Portrait
from random_text import CORPUS
from terminal_text import controls

from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.files.reading import Unreadable, source_from
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector
from minitorch_shell.session.session import Session
from minitorch_shell.shell.config import read_config
from minitorch_shell.shell.display import Display
from minitorch_shell.shell.interrupts import Interrupts
from tests.abuse import ROOT
from tests.abuse.campaign import Class, Outcome
from tests.abuse.mutation import changed_bytes, changed_json
from tests.abuse.oracle import NAME, Examination
from tests.abuse.processes import run
from tests.abuse.shell_files import (
    DATABASE,
    EARLIER,
    allowed_config,
    cut_off,
    leave_session,
    read_history,
    store_history,
)

PRELUDE = """
x = 2; w = [1, 2, 3]; z = x^2 + sum(w*w); backward z
net = linear(2,3) relu dropout(0.2) linear(3,1) with seed=1
train net on xor epochs=2 optimizer=adam every=9
"""
NETS = """
a = linear(2,3) relu linear(3,1); train a on xor epochs=1 optimizer=adam; save a to "a.json"
b = neuron(2) leaky_relu(slope=0.3) linear(1,2,bias=false) softmax dropout(0.5); save b to "b.json"
s = linear(2,2); c = s tanh s relu; save c to "c.json"
"""
# What is done with a file that could be loaded.
LOADS = {
    "checkpoint": ('again = load("corrupt")',
                   'show again; len(params(again)); save again to "again.json"; again(1, 0)'),
    "csv": ('d = csv("corrupt")',
            "show d; len(d); d[0]; n = mlp(len(d[0][0]), [2], len(d[0][1])); test n on d"),
    "import": ('import "corrupt"', "vars"),
}  # fmt: skip
CSV_OPTIONS = ("", "", "", "", ', target="kind"', ', target="none"', ", scale=true",
               ', skip="size"', ', target="size", scale=true')  # fmt: skip
IN_A_PROCESS = 0.01


class Corrupted(NamedTuple):
    kind: str
    raw: bytes
    load: str = ""
    process: bool = False


class Files(Class):
    name = "files"
    tries = 5_000
    quick = 200
    seconds = 30.0
    suffix = ".bin"

    def ready(self) -> None:
        """The whole files that are corrupted."""
        self.whole: dict[str, list[bytes]] = {
            "csv": [path.read_bytes()[:2_000] for path in
                    [*ROOT.glob("examples/data/*.csv"), *ROOT.glob("tests/problems/files/*.csv")]]
                   + [b"size,kind\n1,cat\n2,dog\n3,cat\n", b'"a, b",c\r\n1,"2"\r\n'],
            "import": [text.encode() for text in CORPUS if "import" not in text],
            "config": [b'theme = "dark"\nkeys = "vi"\ndigits = 6\npreview = true\n',
                       b"[a.b]\nc=[1]"],
            "database": [_database()],
            "history": [b'"x = 2"\n"y = \\u03b8"\n"repeat 2 {\\n x\\n}"\n', b'"only"\n'],
            "checkpoint": list(_nets().values()),
        }  # fmt: skip

    def make(self, random: Random) -> Corrupted:
        kind = random.choice(
            ("checkpoint", "checkpoint", "csv", "import", "config", "history", "database")
        )
        raw = random.choice(self.whole[kind])
        if kind == "checkpoint" and random.random() < 0.6:
            raw = changed_json(raw, random)
        else:
            raw = changed_bytes(raw, random)
        load = LOADS[kind][0] if kind in LOADS else ""
        if kind == "csv":
            load = load.replace('"corrupt"', '"corrupt"' + random.choice(CSV_OPTIONS))
        return Corrupted(kind, raw, load, random.random() < IN_A_PROCESS)

    def kept(self, given: Corrupted) -> bytes:
        return given.raw

    def attempt(self, given: Corrupted, random: Random) -> Outcome:
        outcome = Outcome()
        outcome.counts[f"{given.kind}: tried"] += 1
        Path("corrupt").write_bytes(given.raw)
        if given.kind == "config":
            self.config(outcome)
        elif given.kind in ("history", "database"):
            self.history(given, outcome)
        elif given.process:
            run(outcome, Path.cwd(), "--safe", "-c", f"{given.load}; vars")
            run(outcome, Path.cwd(), "--check", "-c", f"{given.load}; vars")
        else:
            self.load(given, outcome)
        return outcome

    def load(self, given: Corrupted, outcome: Outcome) -> None:
        examination = Examination(PRELUDE, outcome)
        with examination.guarded("loading"):
            interpreter, receiver = examination.new()
            assert examination.run(interpreter, receiver)
            if given.kind == "import":
                interpreter.session.access.safe_folder = "."
            before = Portrait(interpreter.session)
            receiver.results.clear()
            done = examination.run(interpreter, receiver, Source(NAME, given.load))
            outcome.expect(done is not bool(receiver.errors), "crash", f"{receiver.errors}")
            if done:
                outcome.counts[f"{given.kind}: loaded all the same"] += 1
                examination.run(interpreter, receiver, Source(NAME, LOADS[given.kind][1]))
            elif given.kind != "import" or _is_no_program(given.raw):
                examination.same("the session after a failed load", before,
                                 Portrait(interpreter.session))  # fmt: skip

    def config(self, outcome: Outcome) -> None:
        config = read_config(Path("corrupt"))
        outcome.expect(allowed_config(config), "crash", f"{config}")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            display = Display("never", Interrupts())
            for warning in config.warnings:
                display.say(f"note: {warning}")
        outcome.expect(not controls(said.getvalue()), "escape", repr(said.getvalue()))
        outcome.counts["config: warned of"] += bool(config.warnings)

    def history(self, given: Corrupted, outcome: Outcome) -> None:
        """What is damaged is left out; what comes afterwards is kept, or nothing is."""
        state = Path("state")
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        Path("corrupt").rename(state / (DATABASE if given.kind == "database" else EARLIER))
        before = read_history(state)
        outcome.expect(all(isinstance(entry, str) for entry in before), "crash", f"{before}")
        texts = [part for kept in cut_off(state, Session(print)) for part in kept[1:]]
        outcome.expect(all(isinstance(text, str) for text in texts), "crash", f"{texts}")
        outcome.counts[f"{given.kind}: statements to be recovered"] += bool(texts)
        store_history(state, "a line that is new")
        after = read_history(state)
        kept = after[-1:] == ["a line that is new"]
        outcome.counts[f"{given.kind}: a later line is kept"] += kept
        outcome.expect(kept or given.kind == "database", "escape", f"{before} {after}")


def _database() -> bytes:
    """The database of a shell that was used."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(60):
            store_history(Path(folder), f"x{number} = {number}")
        leave_session(Path(folder), [f"y{number} = {number}" for number in range(20)])
        read_history(Path(folder))  # whoever closes it last puts all into the one file
        return Path(folder, DATABASE).read_bytes()


def _is_no_program(raw: bytes) -> bool:
    try:
        parse(source_from(raw, NAME))
    except (SyntaxProblem, Unreadable):
        return True
    return False


def _nets() -> dict[str, bytes]:
    """Checkpoints of all kinds of layers, of shared ones, with and without an optimizer."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            assert Interpreter(Collector()).run(Source(NAME, NETS))
            return {path.name: path.read_bytes() for path in Path(folder).iterdir()}
        finally:
            os.chdir(before)
