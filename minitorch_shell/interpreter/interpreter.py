"""Programs, run statement by statement in a session."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any, Protocol

from grammar import syntax
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.scan import is_complete
from grammar.source import Source
from minitorch_shell.catalogue.builtins import groups
from minitorch_shell.catalogue.commands import COMMANDS
from minitorch_shell.interpreter.blame import explain
from minitorch_shell.interpreter.limits import python_calls
from minitorch_shell.interpreter.predefined import implementation
from minitorch_shell.lowering.statements import lower
from minitorch_shell.lowering.unit import Unit
from minitorch_shell.problems.placing import all_syntax_problems, trouble_problem
from minitorch_shell.problems.trouble import Placed, Trouble
from minitorch_shell.results.records import Place, Problem
from minitorch_shell.session.session import Receive, Session

if TYPE_CHECKING:
    from minitorch_shell.assist.offers import Offers


class Log(Protocol):
    """Is told of each top-level statement that runs, but for those of imported files."""

    def begin(self, source: str, text: str) -> None:
        """A statement that can be undone, of the source of this name, is about to run."""

    def end(self) -> None:
        """A statement of any kind has run, or failed, or was stopped."""


class Interpreter:
    """Runs programs in the session that it starts; `receive` is called with each result.

    It needs no terminal, thread or signal, and beside this package only the standard library.
    """

    def __init__(self, receive: Receive) -> None:
        # A call of the language takes a few of Python's; `Calls.DEEPEST` is the real limit.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), python_calls()))
        self.session = self._new_session(receive)
        self.log: Log | None = None

    def reset(self) -> None:
        """Begin anew: no names, the first seed. The files that may be read stay the same.

        Raises RuntimeError while a program runs.
        """
        self._clear_up()
        if self.session.current is not None:
            raise RuntimeError("a program is running")
        folder = self.session.access.safe_folder
        self.session = self._new_session(self.session.receive)
        self.session.access.safe_folder = folder

    def _new_session(self, receive: Receive) -> Session:
        session = Session(receive)
        session.load = self._load
        return session

    def _load(self, name: str) -> Any:
        if name == "$import":
            from minitorch_shell.interpreter.imports import import_file

            return partial(import_file, self.session, self.run)
        return implementation(self.session, name)

    # ------------------------------------------------------------ running

    def run(self, source: Source) -> bool:
        """Run a whole program; False when it failed (the problem went to the receiver).

        Nothing is run when the text has a static error. KeyboardInterrupt is passed on, and raised
        where `stop` was called.
        """
        self._clear_up()
        program = self.check(source)
        return program is not None and self.execute(program, source)

    def check(self, source: Source, strict: bool = False) -> syntax.Program | None:
        """Parse a program and resolve its names and widths; None when there are errors.

        `strict` also notes names that are set on some paths only.
        """
        from minitorch_shell.checks.resolver import resolve

        session = self.session
        predefined = groups(session.names)
        try:
            program = parse(source, predefined)
        except SyntaxProblem as first:
            for problem in all_syntax_problems(source, first, predefined):
                session.receive(problem)
            return None
        problems = resolve(program, source, session.names, strict, session.access)
        for found in problems:
            session.receive(found)
        return None if any(p.severity == "error" for p in problems) else program

    def execute(self, program: syntax.Program, source: Source) -> bool:
        """Run the statements of a checked program, one after the other, until one fails."""
        self._clear_up()
        if self.session.current is None:
            self.session.stopped = False
        return all(self.execute_statement(statement, source) for statement in program.statements)

    def _clear_up(self) -> None:
        """Put back what an interrupt kept the last statement from putting back, at its very end.

        It may strike before the first line of a `finally`. So whether a statement is under way is
        seen from the calls that are.
        """
        session = self.session
        if session.current is None and not session.access.importing:
            return
        frame: FrameType | None
        for frame in sys._current_frames().values():  # of each thread
            while frame is not None:
                if frame.f_code is _STATEMENT and frame.f_locals["self"] is self:
                    return
                frame = frame.f_back
        from minitorch_shell.interpreter.imports import leave_all

        leave_all(session)
        session.current = None
        session.marks.calls.depth = 0

    def execute_statement(self, statement: syntax.Statement, source: Source) -> bool:
        """Run one top-level statement."""
        session = self.session
        if session.stopped:
            raise KeyboardInterrupt
        outer = session.current
        log = self.log if outer is None else None
        try:
            if log is not None and _is_counted(statement):
                log.begin(source.name, source.slice(statement.place))
            unit = self.compiled(statement, source)
            session.current = unit
            self._journalled(statement, source, self._function(unit))
            return True
        except Exception as error:
            if isinstance(error.__cause__, KeyboardInterrupt):
                # It struck an import, while a class was made: Python tells that as another error.
                raise KeyboardInterrupt from None
            session.receive(self._problem(error, statement, source))
            return False
        finally:
            session.current = outer
            session.marks.calls.depth = 0
            if log is not None:
                log.end()

    def stop(self) -> None:
        """Ask the program under way to stop, as Ctrl-C does: `run` raises KeyboardInterrupt.

        It is heeded between statements, in each round of a loop, at each call of a function of the
        program and after each epoch of a training run.
        """
        if self.session.current is not None:
            self.session.stopped = True

    def where(self) -> Place | None:
        """The place in the program that the result at hand comes from; None while none runs."""
        return self.session.where()

    # ------------------------------------------------------------ what an editor asks

    @staticmethod
    def is_complete(text: str) -> bool:
        """Whether a text can be run as it is; an open bracket, brace or string wants more lines."""
        return is_complete(text)

    def offers(self, text: str, cursor: int | None = None) -> Offers:
        """What can stand at a cursor in a text (by default at its end), the likeliest first."""
        from minitorch_shell.assist.offers import offers_at

        return offers_at(self.session, text, len(text) if cursor is None else cursor)

    # ------------------------------------------------------------ from tree to code

    def compiled(self, statement: syntax.Statement, source: Source) -> Unit:
        """The code of a statement, registered so that errors in it find their place."""
        session = self.session
        filename = f"<statement {len(session.units) + 1}>"
        unit = lower(statement, source, filename)
        session.units[filename] = unit
        for name in unit.builtins:
            session.needed(name)
        return unit

    def _function(self, unit: Unit) -> Callable[[], None]:
        assert isinstance(unit.code, CodeType)
        code = next(part for part in unit.code.co_consts if isinstance(part, CodeType))
        return FunctionType(code, self.session.names.table)

    def _journalled(
        self, statement: syntax.Statement, source: Source, function: Callable[[], None]
    ) -> None:
        inner = statement
        while isinstance(inner, syntax.Time):
            inner = inner.statement
        self.session.journal.run(
            source.slice(statement.place).strip(),
            function,
            whole=not _is_compound(inner),
            counted=_is_counted(statement),
        )

    def _problem(self, error: Exception, statement: syntax.Statement, source: Source) -> Problem:
        if isinstance(error, Placed):
            return error.problem
        problem = explain(error, self.session.units)
        if problem is None:
            return internal_error(error)
        if problem.place is None and isinstance(error, Trouble):
            return trouble_problem(source, error.node or statement, error)
        return problem


_STATEMENT = Interpreter.execute_statement.__code__


def _is_counted(statement: syntax.Statement) -> bool:
    """Whether a statement makes an entry of its own in the history."""
    return not isinstance(statement, syntax.Command) or COMMANDS[statement.word].counted


def _is_compound(statement: syntax.Statement) -> bool:
    """Whether a statement is made of others, so that Ctrl-C takes back the last of them alone."""
    blocks = any(isinstance(part, syntax.Block) for part in syntax.children(statement))
    return blocks or isinstance(statement, syntax.Import)


def internal_error(error: Exception) -> Problem:
    """A bug of this program: the details go to a file, the learner gets a sentence."""
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="minitorch-bug-", suffix=".txt", delete=False
        ) as file:
            traceback.print_exception(error, file=file)
        details = f"the details are in {file.name}"
    except OSError:  # under --safe nothing can be written
        details = f"it is {type(error).__name__}: {error}"
    return Problem(
        "error",
        "MT900",
        "this is a bug in minitorch itself, not in your program",
        help=(f"please report it; {details}",),
    )
