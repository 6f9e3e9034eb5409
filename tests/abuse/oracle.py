"""What must hold of every program, whatever it says: parse, check, run, undo, redo agree.

- Nothing is raised but what the interpreter reports itself, and never its own bug (MT900).
- What the parser or the check refuses does not run; what the strict check passes is not refused by
  the run with an error that a check could have found (MT1xx, MT2xx).
- Undo to the start and redo to the end lead to the very same states.
- Eager and compiled training give the same results to the last bit.
- Each result can be shown, and its JSON record read. No message has words of Python's or of the
  parser's, no shown line a character that commands the terminal.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

from portrait import Portrait
from random_text import UNCLEAN
from terminal_text import controls

from grammar.highlight import MinitorchLexer
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.assist.offers import offers_at
from minitorch_shell.assist.preview import value_of
from minitorch_shell.catalogue.builtins import GROUPS
from minitorch_shell.catalogue.errors import entry
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.interpreter.limits import LimitReached, Limits
from minitorch_shell.rendering import json as as_json
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Problem, Progress
from minitorch_shell.session.journal import changes
from minitorch_shell.session.session import Session
from minitorch_shell.values.description import plain
from minitorch_shell.values.network import Network
from tests.abuse.campaign import Outcome

LIMITS = Limits(seconds=0.5, memory=2 << 30)
AFTERWARDS = Limits(seconds=3.0)  # for pictures of large sessions
STYLES = (Style(False, True), Style(True, True, columns=40), Style(False, False, columns=20))
NAME = "program.mt"
# Errors of the static kind that depend on what happens before, as the check knows well: there may
# be nothing to undo, a function may be called before its names are set, any value may be called.
DYNAMIC = {"MT211", "MT202", "MT204"}


class Receiver:
    """Takes results as a front end does: each is shown in several ways at once."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.where: Callable[[], Any] = lambda: None
        self.results: list[Any] = []
        self.records: list[str] = []

    def __call__(self, result: Any) -> None:
        self.results.append(result)
        record = as_json.line(result, self.where())
        # The clock decides when the moments of a training come that make no line.
        if not isinstance(result, Progress) or result.report:
            self.records.append(record)
        json.loads(record, parse_constant=_refuse)
        for style in STYLES if len(record) < 20_000 else STYLES[:1]:
            shown = "\n".join(result_lines(result, style))
            plain_text = shown if not style.colour else ""
            self.outcome.expect(not controls(plain_text), "escape", f"raw characters: {shown!r}")
        if isinstance(result, Problem):
            self.look_at(result)

    def look_at(self, problem: Problem) -> None:
        told = f"{problem.message}\n{problem.label}\n{problem.help}"
        if problem.code == "MT900":
            details = "".join(p.read_text() for p in Path(os.environ["TMPDIR"]).glob("*bug*"))
            self.outcome.bad("crash", f"MT900: {details[-1500:] or told}")
        if UNCLEAN.search(told) and not UNCLEAN.search(problem.place.text if problem.place else ""):
            self.outcome.bad("traceback", f"{problem.code}: {told}")
        if entry(problem.code) is None:
            self.outcome.bad("crash", f"an unknown code: {problem}")

    @property
    def errors(self) -> list[Problem]:
        return [r for r in self.results if isinstance(r, Problem) and r.severity == "error"]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


class Examination:
    """A program, examined: findings and counts go to `outcome`."""

    def __init__(self, text: str, outcome: Outcome, safe: bool = False) -> None:
        self.source = Source(NAME, text)
        self.outcome = outcome
        self.safe = safe
        self.timed_out = False

    def new(self) -> tuple[Interpreter, Receiver]:
        receiver = Receiver(self.outcome)
        interpreter = Interpreter(receiver)
        receiver.where = interpreter.where
        if self.safe:
            interpreter.session.access.safe_folder = os.curdir
        return interpreter, receiver

    def all(self, random: Random, refresh: Callable[[], None]) -> bool:
        """Examine it in every way; whether it ran to its end. `refresh` restores the files."""
        with self.guarded("the program"):
            try:
                parse(self.source, GROUPS)
                refused = None
            except SyntaxProblem as problem:
                refused = problem
            interpreter, found = self.new()
            checked = interpreter.check(self.source, strict=True)
            interpreter, receiver = self.new()
            before = Portrait(interpreter.session)
            done = self.run(interpreter, receiver)
            self.agree(refused, found, receiver, done)
            with self.guarded("undo and redo"), AFTERWARDS.watching():
                if refused is not None or (found.errors and not receiver.results):
                    return done
                self.there_and_back(interpreter.session, before)
            if self.deterministic and "train" in self.source.text and checked is not None:
                self.engines_agree(refresh)
            if random.random() < 0.1:
                self.assisted(interpreter.session, random)
            return done
        return False

    @contextmanager
    def guarded(self, what: str) -> Iterator[None]:
        """Whatever is raised is a crash; time and memory that run out are not."""
        try:
            yield
        except (LimitReached, MemoryError):
            self.outcome.counts["too large to go back"] += 1
        except BaseException as error:
            told = "".join(traceback.format_exception(error, limit=-5))
            self.outcome.bad("crash", f"{what}: {told}")

    def run(
        self, interpreter: Interpreter, receiver: Receiver, source: Source | None = None
    ) -> bool:
        """Run the program, or another text, under the bounds; whether all went well."""
        try:
            with LIMITS.watching():
                return interpreter.run(source or self.source)
        except (LimitReached, MemoryError) as error:
            receiver(LIMITS.problem(error, interpreter.session.units))
            self.timed_out = True
            return False

    # ------------------------------------------------------------ agreement

    def agree(
        self, refused: SyntaxProblem | None, found: Receiver, ran: Receiver, done: bool
    ) -> None:
        expect = self.outcome.expect
        codes = [problem.code for problem in found.errors]
        expect(done is not bool(ran.errors), "crash", f"done: {done}, errors: {ran.errors}")
        if self.timed_out and refused is not None:
            return
        if refused is not None:
            # Several are told, where they do not depend on each other.
            syntax = refused.code in codes and {code[:3] for code in codes} <= {"MT1", "MT7"}
            expect(syntax, "crash", f"check: {codes}, parser: {refused.code}")
            ran_into = [getattr(result, "code", result) for result in ran.results]
            expect(ran_into == codes, "crash", f"check: {codes}, a refused program: {ran.results}")
            return
        sure = [code for code in codes if code != "MT203" and not code.startswith("MT6")]
        if sure and not self.timed_out:
            expect(not done, "crash", f"the check finds {codes}, the run nothing")
            shown = [r for r in ran.results if not isinstance(r, Problem)]
            expect(not shown, "crash", f"the check finds {codes}, but this runs: {shown[:3]}")
        if not codes:
            late = [p for p in ran.errors if p.code[:3] in ("MT1", "MT2") and p.code not in DYNAMIC
                    and (p.place is None or p.place.file == NAME)]  # fmt: skip
            expect(not late, "crash", f"the check passes what the run refuses: {late}")

    def there_and_back(self, session: Session, before: Portrait) -> None:
        journal = session.journal
        after = Portrait(session)
        whole = not journal.forgotten
        count = changes(journal.past)
        journal.undo(count)
        start = Portrait(session)
        self.same("undo to the start", before if whole else start, start)
        journal.redo(count)
        self.same("redo to the end", after, Portrait(session))
        if count > 1:
            journal.undo(count // 2)
            middle = Portrait(session)
            journal.undo(count - count // 2)
            journal.redo(count - count // 2)
            self.same("undo and redo from the middle", middle, Portrait(session))

    def same(self, what: str, one: Portrait, other: Portrait) -> None:
        if one != other:
            told = "\n".join(one.differences(other))[:1_000]
            self.outcome.bad("crash", f"{what} differs: {told}")

    @property
    def deterministic(self) -> bool:
        words = ("seed random", "time", "history")
        return not self.timed_out and not any(word in self.source.text for word in words)

    def engines_agree(self, refresh: Callable[[], None]) -> None:
        seen = []
        for engine in ("eager", "auto"):
            refresh()
            interpreter, receiver = self.new()
            interpreter.session.settings.engine = engine
            self.run(interpreter, receiver)
            if self.timed_out:
                return
            seen.append((receiver.records, numbers_of(interpreter.session)))
        (records, numbers), (others, other_numbers) = seen
        differ = [pair for pair in zip(records, others, strict=False) if pair[0] != pair[1]]
        if differ or len(records) != len(others):
            self.outcome.bad("crash", f"eager and compiled differ: {str(differ[:1])[:600]}")
        elif numbers != other_numbers:
            self.outcome.bad(
                "crash", f"eager and compiled end apart: {numbers} {other_numbers}"[:900]
            )
        self.outcome.counts["trained both ways"] += 1

    # ------------------------------------------------------------ what an editor asks

    def assisted(self, session: Session, random: Random) -> None:
        """Offers, preview, colours and completeness at a random place of the text."""
        text = self.source.text
        cursor = random.randint(0, len(text))
        with self.guarded("what an editor asks"), AFTERWARDS.watching():
            list(offers_at(session, text, cursor).offers)
            Interpreter.is_complete(text[:cursor])
            list(MinitorchLexer().get_tokens(text))
            with suppress(Exception):  # it may raise what the evaluation raises
                value_of(session, text[:cursor].rsplit("\n", 1)[-1])


def numbers_of(session: Session) -> list[Any]:
    """All values of a session, those of networks to the last bit."""
    found: list[Any] = [session.random.getstate()[1][-1]]
    for name, value in session.user_names().items():
        if isinstance(value, Network):
            found.append((name, [p.data.hex() for p in value.parameters()]))
        else:
            found.append((name, repr(plain(value))))
    return found
