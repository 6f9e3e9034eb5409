"""A session: the names a program works with, and the running of programs, statement by statement.

A session knows no terminal. What statements yield goes, as data, to the receiver it was given.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable
from random import Random
from types import CodeType, FunctionType
from typing import Any

from engine.module import Module
from engine.optim import Optimizer
from engine.randomness import DEFAULT_SEED
from grammar import syntax
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.blame import explain, under_way
from minitorch_shell.catalogue.builtins import GROUPS
from minitorch_shell.files.access import Access
from minitorch_shell.interpreter.predefined import implementation
from minitorch_shell.journal import Journal
from minitorch_shell.lowering.statements import lower
from minitorch_shell.lowering.unit import Unit
from minitorch_shell.problems.placing import place, syntax_problem, trouble_problem
from minitorch_shell.problems.trouble import Placed, Trouble
from minitorch_shell.results.records import Place, Problem, Result
from minitorch_shell.settings import Settings
from minitorch_shell.statements import Statements
from minitorch_shell.values.data import sources

Receiver = Callable[[Result], None]

PYTHON_CALLS = 20_000


class Session:
    """Names, random numbers and settings; `run` executes a program in it."""

    def __init__(self, receive: Receiver) -> None:
        # A call of the language takes a few of Python's; `Function.deepest` is the real limit.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), PYTHON_CALLS))
        self.receive = receive
        self.settings = Settings()
        self.access = Access()
        self.seed = DEFAULT_SEED
        self.random = Random(self.seed)
        self.data_sources = sources(self)
        self.optimizers: dict[Module, Optimizer] = {}  # of the last `train` of each network
        self.trained_on: dict[Module, str] = {}  # the name of its data
        self.journal = Journal(self)
        self.statements = Statements(self)
        # Globals of the compiled statements are the names of the program; what is predefined
        # stands in their builtins, so that a name of the user hides it until it is deleted.
        self.predefined: dict[str, Any] = self.statements.helpers()
        self.names: dict[str, Any] = {"__builtins__": self.predefined}
        self.units: dict[str, Unit] = {}
        self.current: Unit | None = None

    # ------------------------------------------------------------ names

    def user_names(self) -> dict[str, Any]:
        """What the program has bound, in the order of binding."""
        return {name: value for name, value in self.names.items() if name != "__builtins__"}

    def lookup(self, name: str) -> Any:
        """The value of a name, bound or predefined; KeyError where there is none."""
        if name in self.names and name != "__builtins__":
            return self.names[name]
        return self.builtin(name)

    def builtin(self, name: str) -> Any:
        """The implementation of a predefined name."""
        if name not in self.predefined:
            self.predefined[name] = implementation(self, name)
        return self.predefined[name]

    # ------------------------------------------------------------ running

    def run(self, source: Source) -> bool:
        """Run a whole program; False when it failed (the problem went to the receiver).

        Nothing is run when the text has a static error. KeyboardInterrupt is passed on.
        """
        program = self.check(source)
        return program is not None and self.execute(program, source)

    def check(self, source: Source, strict: bool = False) -> syntax.Program | None:
        """Parse a program and resolve its names and widths; None when there are errors.

        `strict` also finds names that are set on some paths only.
        """
        from minitorch_shell.checks.resolver import resolve

        try:
            program = parse(source, GROUPS)
        except SyntaxProblem as problem:
            self.receive(syntax_problem(source, problem))
            return None
        problems = resolve(program, source, self.user_names(), strict, self.access)
        for found in problems:
            self.receive(found)
        return None if problems else program

    def execute(self, program: syntax.Program, source: Source) -> bool:
        """Run the statements of a checked program, one after the other, until one fails."""
        return all(self.execute_statement(statement, source) for statement in program.statements)

    def execute_statement(self, statement: syntax.Statement, source: Source) -> bool:
        """Run one top-level statement."""
        outer = self.current
        try:
            unit = self.compiled(statement, source)
            self.current = unit
            self.journal.run(statement, source, self._function(unit))
            return True
        except Exception as error:
            self.receive(self._problem(error, statement, source))
            return False
        finally:
            self.current = outer
            self.statements.depth[0] = 0

    def compiled(self, statement: syntax.Statement, source: Source) -> Unit:
        """The code of a statement, registered so that errors in it find their place."""
        filename = f"<statement {len(self.units) + 1}>"
        unit = lower(statement, source, filename)
        self.units[filename] = unit
        for name in unit.builtins:
            self.builtin(name)
        return unit

    def _function(self, unit: Unit) -> Callable[[], None]:
        assert isinstance(unit.code, CodeType)
        code = next(part for part in unit.code.co_consts if isinstance(part, CodeType))
        return FunctionType(code, self.names)

    def _problem(self, error: Exception, statement: syntax.Statement, source: Source) -> Problem:
        if isinstance(error, Placed):
            return error.problem
        problem = explain(error, self.units)
        if problem is None:
            return internal_error(error)
        if problem.place is None and isinstance(error, Trouble):
            return trouble_problem(source, error.node or statement, error)
        return problem

    def note(
        self,
        code: str,
        message: str,
        help: Iterable[str] = (),
        node: syntax.Node | None = None,
    ) -> None:
        """Tell something that does not stop the program."""
        at = None
        if node is not None and self.current is not None:
            at = place(self.current.source, node.place)
        self.receive(Problem("note", code, message, at, help=tuple(help)))

    def where(self) -> Place | None:
        """The place in the program that is being executed; None where none is."""
        here = under_way(self.units)
        return None if here is None else place(here[0].source, here[1].place)

    def note_here(self, code: str, message: str, help: Iterable[str] = ()) -> None:
        """Tell something about the innermost part of the program that is being executed."""
        self.receive(Problem("note", code, message, self.where(), help=tuple(help)))


def internal_error(error: Exception) -> Problem:
    """A bug of this program: the details go to a file, the learner gets a sentence."""
    import tempfile

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="minitorch-bug-", suffix=".txt", delete=False
    ) as file:
        traceback.print_exception(error, file=file)
    return Problem(
        "error",
        "MT900",
        "this is a bug in minitorch itself, not in your program",
        help=(f"please report it; the details are in {file.name}",),
    )
