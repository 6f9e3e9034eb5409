"""Programs: well-typed ones, sentences of the grammar, broken ones, random text and bytes.

They run in the worker itself; a sample runs as whole processes under `--safe`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random
from typing import NamedTuple

from random_text import CORPUS, broken, odd_kinds, random_text, soup

from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.files.reading import Unreadable, source_from
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector
from tests.abuse.campaign import Class, Outcome
from tests.abuse.oracle import NAME, Examination
from tests.abuse.processes import run
from tests.abuse.sentences import sentence, the_grammar
from tests.abuse.typed import typed

FILES = {
    "data.csv": "a,b\n1,0\n2,1\n3,0\n0.5,1\n",
    "words.csv": "size,kind\n1,cat\n2,dog\n3,cat\n",
    "other.mt": "imported = 3\nprint imported\ng(a) = a * imported\n",
}


class Program(NamedTuple):
    """`raw` are the bytes of a program that is made of bytes; `process`: run it as a whole."""

    kind: str
    text: str
    raw: bytes = b""
    process: bool = False


def _bytes(random: Random) -> bytes:
    """Bytes without a meaning, or a program of the corpus with some of them changed."""
    if random.random() < 0.3:
        return random.randbytes(random.randint(0, 60))
    raw = bytearray(random.choice(CORPUS).encode())
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(raw) + 1)
        raw[at : at + random.choice((0, 1, 1, 5))] = random.choice(
            (
                b"",
                random.randbytes(1),
                b"\0",
                b"\xff",
                b"\xe2\x80\xae",
                b"\xcc\x81",
                b"{" * 40,
                b"\r",
            )
        )
    return bytes(raw)


def _spliced(random: Random) -> str:
    """A well-typed program with a few pieces of it broken, or lines of another one between."""
    lines = typed(random).split("\n")
    if random.random() < 0.5:
        other = random.choice((sentence, soup, broken))(random).split("\n")
        at = random.randrange(len(lines) + 1)
        lines[at:at] = other
    else:
        for _ in range(random.randint(1, 3)):
            at = random.randrange(len(lines))
            line = lines[at]
            cut = random.randrange(len(line) + 1)
            lines[at] = line[:cut] + random.choice(("", " ", "}", ")", "x", '"', ";")) + line[
                cut + random.randint(0, 2) :
            ]  # fmt: skip
    return "\n".join(lines)


# Each kind with its share; those of the second row are made for the reader of texts alone.
KINDS = {
    "typed": (0.46, typed), "sentence": (0.12, sentence), "broken": (0.15, broken),
    "spliced": (0.08, _spliced), "odd kinds": (0.08, odd_kinds), "soup": (0.07, soup),
    "text": (0.02, random_text),
}  # fmt: skip
SAFE = {"sentence", "broken", "spliced", "odd kinds", "soup", "text", "bytes"}
IN_A_PROCESS = 0.002  # of all


class Programs(Class):
    name = "programs"
    tries = 100_000
    quick = 500
    seconds = 30.0
    suffix = ".mt"

    def make(self, random: Random) -> Program:
        process = random.random() < IN_A_PROCESS
        left = random.random()
        for kind, (share, make) in KINDS.items():
            left -= share
            if left < 0:
                return Program(kind, make(random), process=process)
        return Program("bytes", "", _bytes(random), process)

    def kept(self, given: Program) -> bytes:
        return given.raw or given.text.encode("utf-8", "surrogatepass")

    def ready(self) -> None:
        the_grammar()
        interpreter = Interpreter(Collector())
        for row in BUILTINS.values():
            interpreter.session.builtin(row.name)
        interpreter.run(Source(NAME, "n = mlp(2, [2], 1); train n on xor epochs=1; test n on xor"))

    def prepare(self) -> None:
        self.folder = Path.cwd()
        Interpreter(Collector()).run(
            Source(NAME, 'net = linear(2,3) relu linear(3,1); save net to "net.json"')
        )
        self.net = Path("net.json").read_text()
        self.refresh()

    def refresh(self) -> None:
        """The files as they were, and no others."""
        for entry in os.scandir(self.folder):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry.path)
            else:
                os.unlink(entry.path)
        for name, text in {**FILES, "net.json": self.net}.items():
            Path(name).write_text(text)

    def attempt(self, given: Program, random: Random) -> Outcome:
        outcome = Outcome()
        outcome.counts[f"{given.kind}: tried"] += 1
        if given.process:
            self.whole_process(given, outcome, random)
            return outcome
        text = given.text
        if given.raw:
            try:
                text = source_from(given.raw, NAME).text
            except Unreadable:
                outcome.counts["bytes: not UTF-8"] += 1
                return outcome
        done = Examination(text, outcome, safe=given.kind in SAFE).all(random, self.refresh)
        outcome.counts[f"{given.kind}: ran to the end"] += done
        if "save" in text or "export" in text:
            self.refresh()
        return outcome

    def whole_process(self, given: Program, outcome: Outcome, random: Random) -> None:
        """The same through the command line: only its statuses, no raw characters, whole JSON."""
        outcome.counts["whole processes under --safe"] += 1
        Path(NAME).write_bytes(self.kept(given))
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        for options in (random.choice(((), ("--check",), ("--test",))), ("--format=json",)):
            run(outcome, self.folder, "--safe", "--max-seconds=5", *options, NAME)
        after = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        outcome.expect(before == after, "escape", f"files changed: {sorted(after)}")
        os.unlink(NAME)
