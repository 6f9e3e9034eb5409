"""The campaigns themselves: they try what they promise, and see what is wrong."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
from command import ROOT, clean_environment

from engine import checkpoint
from engine.optim import SGD
from grammar import parser
from grammar.automaton import Automaton, Unexpected
from grammar.parser import LineEnds
from grammar.problem import SyntaxProblem
from grammar.vocabulary import vocabulary
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.options import OPTIONS, SETTINGS
from minitorch_shell.commands import network_program, saving
from minitorch_shell.files import access
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.library import networks
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.session.journal import Journal
from minitorch_shell.session.session import Session
from minitorch_shell.shell.history import KeptHistory
from tests.abuse import __main__ as command
from tests.abuse import hostile, interrupts, kills, oracle
from tests.abuse.campaign import BAD, Class, Outcome, Tally, run_class
from tests.abuse.files import Corrupted, Files
from tests.abuse.hostile import Try
from tests.abuse.programs import Program, Programs
from tests.abuse.sentences import sentence
from tests.abuse.typed import Typed, typed

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the workers are forked")
PROMISED = {"programs": 100_000, "kills": 1_000, "interrupts": 1_000, "files": 5_000,
            "hostile": 1_000}  # fmt: skip


def tried(made: Class, tries: int, folder: Path, seed: int = 1) -> Tally:
    return run_class(made, seed, range(tries), 2, folder)


# ---------------------------------------------------------------- what is tried


def test_the_full_form_tries_what_is_promised() -> None:
    assert {name: kind.tries for name, kind in command.CLASSES.items()} == PROMISED


@pytest.mark.slow
def test_nothing_is_wrong_in_the_quick_form(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.abuse", "--quick", "--keep", str(tmp_path / "kept")],
        capture_output=True, text=True, check=False, cwd=ROOT, env=clean_environment(),
    )  # fmt: skip
    lines = done.stdout.splitlines()
    rows = {
        cells[0]: cells[1:] for cells in (line.split() for line in lines[1 : 1 + len(PROMISED)])
    }
    assert tuple(lines[0].split()) == command.HEADINGS
    for name, kind in command.CLASSES.items():
        assert rows[name] == [str(kind.quick), str(kind.quick), "0", "0", "0", "0"], done.stdout
    assert (done.returncode, list(tmp_path.iterdir())) == (0, [])
    shares = {kind: int(count) for kind, count in re.findall(r"programs: (.*): (\d+)", done.stdout)}
    assert shares["typed: ran to the end"] > 0.8 * shares["typed: tried"]
    assert shares["trained both ways"] > 0


class Recording(list[Any]):
    """The rules of the parse tables, and the numbers of those that were asked for."""

    def __init__(self, rules: list[Any]) -> None:
        super().__init__(rules)
        self.used: set[int] = set()

    def __getitem__(self, number: Any) -> Any:
        self.used.add(number % len(self))
        return super().__getitem__(number)


@pytest.mark.slow
def test_a_sample_of_programs_meets_every_rule_of_the_grammar() -> None:
    rules = Recording(parser.automaton()._tables["rules"])
    recorder = Automaton({**parser.automaton()._tables, "rules": rules})  # type: ignore[typeddict-item]
    for make, many in ((typed, 1_500), (sentence, 2_000)):
        for seed in range(many):
            recorder._passed.clear()  # it remembers ways, and does not look at their rules again
            try:
                recorder.parse(make(Random(seed)), parser._ACTIONS, LineEnds())
            except (SyntaxProblem, Unexpected):
                continue
    missed = {*range(len(rules))} - rules.used
    assert [rules[at] for at in missed] == []


@pytest.mark.slow
def test_a_sample_of_programs_has_every_command_name_option_and_setting() -> None:
    texts = [typed(Random(seed)) for seed in range(1_500)]
    words = set(re.findall(r"\w+", "\n".join(texts)))
    assert {*BUILTINS} - words == set()
    assert {*vocabulary().commands, *vocabulary().reserved, *vocabulary().context} - words == set()
    assert {*SETTINGS} - words == set()
    named = set(re.findall(r"(\w+)=", "\n".join(texts)))
    assert {*OPTIONS} - named == set()
    for row in BUILTINS.values():
        calls = " ".join(Typed(Random(seed)).call(row, 1, optional=0.5) for seed in range(60))
        for parameter in row.parameters:
            if parameter.default is not None:
                assert parameter.name + "=" in calls, (row.name, parameter)


# ---------------------------------------------------------------- that it sees what is wrong


def bad(tally: Tally) -> dict[str, int]:
    return {kind: tally.bad[kind] for kind in BAD if tally.bad[kind]}


Made = TypeVar("Made", bound=Class)


def with_fault(made: Made, *faults: tuple[Any, str, Any]) -> Made:
    """The class with attributes replaced in its workers, once all is prepared there."""
    prepare = made.prepare

    def both() -> None:
        prepare()
        for target, name, how in faults:
            setattr(target, name, how)

    made.prepare = both  # type: ignore[method-assign]
    return made


def with_input(made: Made, given: Any) -> Made:
    made.make = lambda random: given  # type: ignore[method-assign]
    made.ready = lambda: None  # type: ignore[method-assign]
    return made


def raises(error: BaseException) -> Any:
    def run(*rest: Any, **options: Any) -> Any:
        raise error

    return run


X = Program("typed", "x = 2")


def test_a_run_that_dies_is_a_crash_and_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def dies(*rest: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def made() -> Class:
        return with_fault(with_input(Programs(), X), (Interpreter, "execute", dies))

    monkeypatch.setitem(command.CLASSES, "programs", made)
    status = command.main(["--only", "programs", "--tries", "3", "--keep", str(tmp_path)])
    told = capsys.readouterr().out
    assert status == 1
    assert told.splitlines()[1].split() == ["programs", "3", "0", "3", "0", "0", "0"]
    assert "the worker died: SIGKILL" in told
    assert "python -m tests.abuse --only programs --seed 1 --try 2" in told
    assert (tmp_path / "programs-1-2.mt").read_text() == "x = 2"


@pytest.mark.slow
def test_a_run_that_hangs_is_a_hang(tmp_path: Path) -> None:
    def hang(*rest: Any) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(600)

    made = with_fault(with_input(Programs(), X), (Interpreter, "execute", hang))
    made.seconds = 1.0
    assert bad(tried(made, 2, tmp_path)) == {"hang": 2}


def passes(self: Any, source: Any, strict: bool = False) -> Any:
    """A check that finds nothing."""
    try:
        return parser.parse(source)
    except SyntaxProblem:
        return None


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        (Interpreter, "execute_statement", raises(RuntimeError("planted"))),
        (Interpreter, "_function", raises(RuntimeError("planted"))),  # told as MT900
        (Interpreter, "check", passes),
        (Journal, "undo", lambda *rest: []),
        (Journal, "redo", lambda *rest: []),
        (oracle.as_json, "line", lambda *rest: "{"),
        (oracle, "result_lines", raises(ValueError("planted"))),
    ],
    ids=lambda fault: f"{fault[1]}",
)
def test_a_fault_in_running_programs_is_a_crash(tmp_path: Path, fault: Any) -> None:
    assert bad(tried(with_fault(Programs(), fault), 40, tmp_path))["crash"] > 0


@pytest.mark.slow
def test_engines_that_differ_are_a_crash(tmp_path: Path) -> None:
    program = Program("typed", "net = linear(2,1); train net on xor epochs=1; params(net)")
    made = with_input(Programs(), program)
    assert bad(tried(made, 1, tmp_path)) == {}
    made = with_fault(made, (SGD, "step", lambda self: None))  # compiled steps are other code
    assert bad(tried(made, 1, tmp_path)) == {"crash": 1}


@pytest.mark.slow
def test_raw_characters_are_an_escape(tmp_path: Path) -> None:
    made = with_fault(Programs(), (oracle, "result_lines", lambda *rest: ["\x1b[2J"]))
    assert bad(tried(made, 20, tmp_path))["escape"] > 0


@pytest.mark.slow
def test_words_of_python_are_a_traceback(tmp_path: Path) -> None:
    look = oracle.Receiver.look_at

    def spoilt(self: Any, problem: Any) -> None:
        look(self, problem._replace(message="'NoneType' object has no attribute"))

    made = with_fault(Programs(), (oracle.Receiver, "look_at", spoilt))
    assert bad(tried(made, 20, tmp_path))["traceback"] > 0


@pytest.mark.slow
def test_a_session_that_a_failed_load_touches_is_a_crash(tmp_path: Path) -> None:
    def load(session: Session, path: Any) -> None:
        session.random.random()
        raise Trouble("MT604", "planted")

    given = Corrupted("checkpoint", b"{", 'again = load("corrupt")')
    made = with_fault(with_input(Files(), given), (networks, "load", load))
    assert bad(tried(made, 1, tmp_path)) == {"crash": 1}


@pytest.mark.slow
def test_a_file_written_in_place_is_an_escape_when_it_is_killed(tmp_path: Path) -> None:
    def in_place(path: Any, text: str) -> None:
        with open(path, "w") as file:
            for at in range(0, len(text), 100):
                file.write(text[at : at + 100])
                file.flush()
                time.sleep(0.001)

    made = with_input(kills.Kills(), kills.Kill("save", 0.1))
    made = with_fault(made, (checkpoint, "write_atomically", in_place))
    assert bad(tried(made, 1, tmp_path)) == {"escape": 1}


@pytest.mark.slow
def test_a_line_of_the_history_that_is_lost_is_an_escape(tmp_path: Path) -> None:
    def forgetful(self: Any, line: str) -> None:
        if "7" not in line:
            store(self, line)

    store = KeptHistory.store_string
    made = with_input(kills.Kills(), kills.Kill("history", 2.0))  # many lines are written by then
    assert bad(tried(made, 1, tmp_path)) == {}
    made = with_fault(made, (KeptHistory, "store_string", forgetful))
    assert bad(tried(made, 1, tmp_path)) == {"escape": 1}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "kinds"),
    [
        ("while True: pass", {"crash", "traceback"}),  # Python's own way with Ctrl-C
        ("import signal; signal.signal(2, signal.SIG_IGN)\nwhile True: pass", {"escape"}),
    ],
)
def test_an_interrupt_that_is_not_heeded_is_seen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, start: str, kinds: set[str]
) -> None:
    told = "import os, sys; os.write(int(sys.argv.pop()), b'r')\n"
    monkeypatch.setattr(interrupts, "START", told + start)
    monkeypatch.setattr(interrupts, "PATIENCE", 0.5)
    one = interrupts.Interrupt("script", "a loop", 0.5)
    assert set(bad(tried(with_input(interrupts.Interrupts(), one), 1, tmp_path))) == kinds


ESCAPED = 'import os; os.system("true")\npredict = len\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (
            Try("path", "weights(load({0})[0])", "../outside/secret"),
            [(access, "confined", lambda access, path, shown: path),
             (networks, "opener_for", lambda access: None)],
        ),
        (
            Try("path", "save net to {0}", "new.json"),
            [(saving, "path_to_write", lambda access, path: path)],
        ),
        (
            Try("path", "export net to {0}", "new.py", safe=False),
            [(network_program, "python_program", lambda module, name: ESCAPED)],
        ),
        (
            Try("name", "eval = 2"),
            [(hostile, "strange_identifiers", lambda program: {"eval"})],
        ),
    ],
)  # fmt: skip
def test_a_hole_in_the_first_wall_is_an_escape(tmp_path: Path, given: Try, faults: Any) -> None:
    made = with_input(hostile.Hostile(), given)
    assert bad(tried(made, 1, tmp_path)) == {}
    assert bad(tried(with_fault(made, *faults), 1, tmp_path)) == {"escape": 1}


@pytest.mark.slow
def test_a_failing_input_is_kept_with_what_was_seen(tmp_path: Path) -> None:
    class Failing(Class):
        name = "hostile"
        suffix = ".json"

        def make(self, random: Random) -> Any:
            return json.dumps(random.randrange(100))

        def attempt(self, given: Any, random: Random) -> Outcome:
            outcome = Outcome()
            outcome.expect(int(given) % 2 == 0, "escape", f"{given} is odd")
            return outcome

    tally = tried(Failing(), 40, tmp_path)
    assert tally.clean + tally.bad["escape"] == tally.tries == 40
    assert 0 < tally.bad["escape"] < 40
    kept = sorted(tmp_path.glob("*.json"))
    assert len(kept) == min(20, tally.bad["escape"])
    for path in kept:
        assert Path(f"{path}.said").read_text() == f"escape: {path.read_text()} is odd\n"
