"""Hostile names and paths.

Names that mean something to Python or to this project, and look-alikes of them, must be names like
any other: the compiled code has marked names only. Paths lead out of the folder, through links, to
pipes, or try to be code or commands to the terminal: under `--safe` nothing outside is read and
nothing is written, without it nothing but the file that is named; what is exported compiles, and
running it does nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from hostile_names import HOSTILE, USES, strange_identifiers

from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results.records import Collector
from tests.abuse.campaign import Class, Outcome
from tests.abuse.oracle import NAME, Examination
from tests.abuse.processes import run

SECRET = "31337"  # stands in all files outside, and nowhere else
NETWORK = 'net = linear(2,3) relu linear(3,1) with seed=1; save net to "net.json"'
PAYLOAD = "import os; os.system('touch escaped')"
HOSTILE_PARTS = (
    f'"""; {PAYLOAD}; """', f'x"""\n{PAYLOAD}\n"""', f"'''\n{PAYLOAD}\n'''", f"\n{PAYLOAD}\n#",
    "back\\slash\\N.py", "\\N{BULLET}", "\\", "$(touch escaped)", "; touch escaped",
    "`touch escaped`",
    "\x1b[31mred", "\x1b]0;title\x07", "\r", "\x7f", "\x9b2J", "\u202egnp", "\u2067", "\u2028",
    "{0}", "%s", "%n", "-rf", "--help", "<script>", "&amp;", "\ufeff", "e\u0301", "a" * 300, "\t",
    "\n", " ", "'", '"', "#", ".writing-1", "con", "nul\0", "\ud7ff", "😀",
)  # fmt: skip
LEADING_OUT = (
    "../outside/secret", "link", "folder/secret", "loop", "fifo", "./../outside/secret",
    "sub/../../outside/secret", "folder/../outside/secret", "link/x", "sub/link", ".", "..", "",
    "sub", "sub//data.csv", "./data.csv", "../inside/data.csv", "data.csv/", "nothing",
)  # fmt: skip
# Read only, and only under --safe: a write that got through would do harm.
SYSTEM = (
    "/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/self/root/etc/passwd", "/dev/zero",
    "/dev/stdin", "/dev/tty", "~root", "~", "~/.bashrc", "/", "//etc/passwd", "/proc/self/fd/0",
    "/proc/self/cmdline", "/dev/fd/0",
)  # fmt: skip
READING = ("load({0})", "csv({0})", "import {0}", "csv({0}, target={0})", "show (csv({0}))",
           "again = load({0}); weights(again[0])")  # fmt: skip
WRITING = ("save net to {0}", "export net to {0}", "export net to {0} as pytorch",
           "export net to {0}; save net to {0}", "time save net to {0}")  # fmt: skip
ACTING = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "subprocess.", "socket.",
          "pty.", "ctypes.", "shutil.", "webbrowser.", "ftplib.", "urllib.")  # fmt: skip


class Try(NamedTuple):
    """`program` for names; `way` and `path`, which is put into it as a string, for paths."""

    kind: str
    program: str
    path: str = ""
    safe: bool = True
    process: bool = False


def _alike(name: str, random: Random) -> str:
    """The name in letters that Python takes for the same."""
    letters = []
    for letter in name:
        wide = letter.isascii() and letter.isalnum() and random.random() < 0.5
        letters.append(chr(ord(letter) + 0xFEE0) if wide else letter)
    return "".join(letters)


class Hostile(Class):
    name = "hostile"
    tries = 1_000
    quick = 60
    seconds = 30.0
    suffix = ".json"

    def make(self, random: Random) -> Try:
        if random.random() < 0.4:
            name = random.choice(HOSTILE)
            if random.random() < 0.3:
                name = _alike(name, random)
            uses = [use.format(name) for use in random.sample(USES, random.randint(1, 5))]
            if random.random() < 0.5:
                uses.insert(0, f"{name} = 2")
            program = "; ".join(uses)
            return Try("name", program if random.random() < 0.7 else f"repeat 2 {{ {program} }}")
        safe = random.random() < 0.6
        reading = random.random() < 0.6
        pieces = [random.choice(HOSTILE_PARTS) for _ in range(random.choice((1, 1, 2)))]
        path = random.choice((
            random.choice(LEADING_OUT), random.choice(LEADING_OUT), "".join(pieces),
            random.choice(("sub/", "folder/", "../", "nowhere/", "")) + "".join(pieces) + ".py",
            f"ABSOLUTE/{random.choice(LEADING_OUT)}",
        ))  # fmt: skip
        if safe and reading and random.random() < 0.3:
            path = random.choice(SYSTEM)
        way = random.choice(READING if reading else WRITING)
        return Try("path", way, path, safe, process=random.random() < 0.05 and safe)

    def kept(self, given: Try) -> bytes:
        return json.dumps(given._asdict(), indent=1).encode()

    def ready(self) -> None:
        Interpreter(Collector()).run(Source(NAME, NETWORK.partition(";")[0]))

    def prepare(self) -> None:
        sys.addaudithook(_audit)  # for good; the worker is there for this alone

    def attempt(self, given: Try, random: Random) -> Outcome:
        outcome = Outcome()
        outcome.counts[f"{given.kind}: tried"] += 1
        if given.kind == "name":
            self.try_name(given, outcome, random)
        else:
            self.try_path(given, outcome)
        return outcome

    # ------------------------------------------------------------ names

    def try_name(self, given: Try, outcome: Outcome, random: Random) -> None:
        try:
            strange = strange_identifiers(given.program)
        except SyntaxProblem:
            outcome.counts["name: no name of the language"] += 1
        else:
            outcome.expect(not strange, "escape", f"names of Python: {strange}")
        before = snapshot(Path.cwd())
        with Watching(outcome):
            Examination(given.program, outcome, safe=True).all(random, lambda: None)
        outcome.expect(snapshot(Path.cwd()) == before, "escape", "files changed")

    # ------------------------------------------------------------ paths

    def tree(self) -> Path:
        """A folder to be in, one beside it that holds what must not be read."""
        top = Path.cwd().parent / "tree"
        shutil.rmtree(top, ignore_errors=True)
        inside, outside = top / "inside", top / "outside"
        (inside / "sub").mkdir(parents=True)
        outside.mkdir()
        os.chdir(inside)
        Interpreter(Collector()).run(Source(NAME, NETWORK))
        (inside / "data.csv").write_text("a,b\n1,0\n2,1\n")
        (inside / "sub" / "data.csv").write_text("a,b\n1,0\n")
        net = (inside / "net.json").read_text()
        number = json.loads(net)["model"]["layers"][0]["weights"][0][0]
        secrets = (net.replace(repr(number), SECRET), f"a,b\n{SECRET},0\n", f"print {SECRET}\n")
        (outside / "secret").write_text(secrets[len(os.listdir(top)) % 3])
        for at, name in enumerate(("secret", "secret.csv", "secret.mt")):
            (outside / name).write_text(secrets[at])
        (inside / "link").symlink_to(outside / "secret")
        (inside / "sub" / "link").symlink_to("../../outside/secret.mt")
        (inside / "folder").symlink_to(outside)
        (inside / "loop").symlink_to("loop")
        os.mkfifo(inside / "fifo")
        return top

    def try_path(self, given: Try, outcome: Outcome) -> None:
        work = Path.cwd()
        top = self.tree()
        os.environ["HOME"] = str(top)
        try:
            path = given.path.replace("ABSOLUTE", str(top / "inside"))
            written = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            program = given.program.format(f'"{written}"')
            if "net" in given.program:
                program = f"{NETWORK.partition(';')[0]}\n{program}"
            before = snapshot(top)
            if given.process:
                said = self.in_a_process(program, outcome)
            else:
                said = self.in_this_process(program, given, outcome)
            changed = {name for name, _ in snapshot(top).items() ^ before.items()}
            if given.safe:
                outcome.expect(SECRET not in said, "escape", f"a secret was read: {said[-400:]}")
                outcome.expect(not changed, "escape", f"written under --safe: {changed}")
            else:
                self.look_at_written(changed, path, top, outcome)
        finally:
            os.chdir(work)

    def in_a_process(self, program: str, outcome: Outcome) -> str:
        Path(NAME).write_text(program, newline="")
        done = run(outcome, Path.cwd(), "--safe", "--max-seconds=5", NAME)
        os.unlink(NAME)
        return done.stdout + done.stderr

    def in_this_process(self, program: str, given: Try, outcome: Outcome) -> str:
        examination = Examination(program, outcome, safe=given.safe)
        with examination.guarded("the program"), Watching(outcome):
            interpreter, receiver = examination.new()
            interpreter.check(examination.source, strict=True)
            done = examination.run(interpreter, receiver)
            outcome.counts["path: went well"] += done
            return "\n".join(receiver.records)
        return ""

    def look_at_written(self, changed: set[str], path: str, top: Path, outcome: Outcome) -> None:
        """At most the file that was named, links followed; a program that does nothing."""
        path = unicodedata.normalize("NFC", path)  # as all of a program is
        allowed = {os.path.realpath(path), os.path.abspath(path)} if "\0" not in path else set()
        strange = {name for name in changed if os.path.realpath(top / name) not in allowed}
        outcome.expect(not strange, "escape", f"also written: {strange}")
        for name in changed:
            file = top / name
            text = file.read_text(encoding="utf-8")
            if not text.lstrip().startswith("{"):
                outcome.counts["path: exported programs run"] += 1
                self.run_exported(text, outcome, needs_torch="torch" in text)

    def run_exported(self, text: str, outcome: Outcome, needs_torch: bool) -> None:
        try:
            code = compile(text, "exported.py", "exec")
        except SyntaxError as error:
            outcome.bad("crash", f"what was exported is no program: {error}")
            return
        if needs_torch:
            return
        before = snapshot(Path.cwd())
        with Watching(outcome):
            space: dict[str, Any] = {"__name__": "exported"}
            exec(code, space)
            space["predict"]([0.5, 1.0])
        outcome.expect(snapshot(Path.cwd()) == before, "escape", "the exported program wrote")


# ---------------------------------------------------------------- what Python itself sees

_outcomes: list[Outcome] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _outcomes and event.startswith(ACTING):
        _outcomes[-1].bad("escape", f"{event} {arguments}"[:300])


class Watching:
    """While it is entered, processes, sockets and the like that Python makes are escapes."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def __enter__(self) -> None:
        _outcomes.append(self.outcome)

    def __exit__(self, *error: object) -> None:
        _outcomes.pop()


def snapshot(folder: Path) -> dict[str, Any]:
    """All that lies in a folder and below, with its content."""
    found: dict[str, Any] = {}
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = os.path.join(place, name)
            key = os.path.relpath(path, folder)
            if os.path.islink(path):
                found[key] = ("link", os.readlink(path))
            elif os.path.isfile(path):
                found[key] = Path(path).read_bytes()
            else:
                found[key] = "no file"
    return found
