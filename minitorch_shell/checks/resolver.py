"""What can be known before a program runs: names, numbers of arguments, options, widths.

The resolver walks the statements once, in the order of execution, and keeps for every point which
names are certainly set and which only perhaps. Bodies of functions are looked at last, since
their names are looked up when they are called. What stands in the statements is left to the
checks of expressions, names, calls, options and rows, each in a module of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from grammar import syntax as s
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS, GROUPS, groups
from minitorch_shell.catalogue.commands import EXPORT_FORMS
from minitorch_shell.catalogue.options import SETTINGS
from minitorch_shell.checks.calls import Definition
from minitorch_shell.checks.expressions import ExpressionCheck
from minitorch_shell.checks.findings import Findings
from minitorch_shell.checks.imports import Binding, File, ImportCheck
from minitorch_shell.checks.names import NameCheck
from minitorch_shell.checks.rows import RowCheck
from minitorch_shell.checks.scope import Scope
from minitorch_shell.checks.statements import no_plain_count, part_of_another, setting_trouble
from minitorch_shell.files.access import Access
from minitorch_shell.problems.placing import all_syntax_problems
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Problem


def resolve(
    program: s.Program,
    source: Source,
    session_names: Mapping[str, Any],
    strict: bool = False,
    access: Access | None = None,
) -> list[Problem]:
    """All static errors of a program that starts with `session_names` bound.

    `strict` also notes names that are set on some paths only, and reports files that cannot be
    imported (`minitorch --check`), as notes where the `import` may never run. `access` says which
    files may be looked at.
    """
    findings = Findings(source)
    imports = ImportCheck(program, source, access)
    Resolver(findings, imports, session_names, strict).program(program)
    return findings.in_order()


def problems_of(
    source: Source, session_names: Mapping[str, Any] | None = None, strict: bool = True
) -> list[Problem]:
    """Everything that can be known to be wrong with a text without running it.

    What is wrong with its syntax where the text is no program, else all that `resolve` finds.
    """
    predefined = groups(session_names or {})
    try:
        program = parse(source, predefined)
    except SyntaxProblem as first:
        return all_syntax_problems(source, first, predefined)
    return resolve(program, source, session_names or {}, strict)


class Resolver:
    """Walks the statements of a program; what it finds wrong goes to the findings."""

    def __init__(
        self, findings: Findings, imports: ImportCheck, names: Mapping[str, Any], strict: bool
    ) -> None:
        self.findings = findings
        self.report = findings.report
        self.imports = imports
        self.names = NameCheck(findings, names, strict)
        self.rows = RowCheck(findings.report, names, self.names.is_local)
        self.expressions = ExpressionCheck(findings, self.names, self.rows)
        self.expression = self.expressions.check
        self.begun_with = names
        self.binders: dict[str, s.Node] = {}  # the first of each name
        self.rebound: set[str] = set()  # names that are given several values, one after the other
        self.bodies: list[s.Define] = []
        self.loops = 0
        self.certain = True  # whether what is being looked at runs for sure
        self.within = 0  # the statements around it
        self.functions = 0  # around what is being looked at

    def program(self, program: s.Program) -> None:
        """Look at a whole program."""
        bindings, anything = self.imports.bindings(program, self.findings.source)
        for name, _, binder, source in bindings:
            first = None if name in self.begun_with else self.binders.setdefault(name, binder)
            if first is not binder:
                self.rebound.add(name)
                self.expressions.functions.pop(name, None)
            elif isinstance(binder, s.Define) and not anything:
                self.expressions.functions[name] = Definition(binder, source)
        self.unit(program, bindings)

    def unit(self, program: s.Program, bindings: list[Binding]) -> None:
        """Look at the program, or at the file it imports, in which `bindings` are made."""
        self.bodies, self.loops, self.names.first_bound = [], 0, {}
        for binding in bindings:
            self.names.first_bound.setdefault(binding.name, binding.at)
        self.block(program.statements)
        after = self.names.scope
        known = after.later()
        with self.rows.without(self.rebound):  # who knows which it is at the time of a call
            for define in self.bodies:
                self.function(define, known)
        self.names.scope = after

    def function(self, define: s.Define, known: Scope) -> None:
        """Look at the body of a function, where `known` is set around it."""
        if not (isinstance(define.body, s.Block) or define.where):
            self.names.scope = known.branch()
            self.expressions.body(define)
            return
        outer = self.bodies, self.loops
        self.bodies, self.loops = [], 0
        own = s.own_names(define)
        parameters = [parameter.name for parameter in define.parameters]
        self.functions += 1
        with (
            self.names.function(own, parameters, known),
            self.expressions.function(define, [*own, *parameters], self.findings.source),
            self.rows.function([*own, *parameters]),
        ):
            self.block(define.where)
            if isinstance(define.body, s.Block):
                self.block(define.body.statements)
            else:
                self.expression(define.body)
            after = self.names.scope
            for inner in self.bodies:
                self.function(inner, after)
        self.functions -= 1
        self.bodies, self.loops = outer

    def block(self, statements: Sequence[s.Statement]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: s.Statement) -> None:
        method = getattr(self, f"do_{type(node).__name__.lower()}", None)
        if method is not None:
            method(node)
            return
        for child in s.children(node):
            if isinstance(child, s.Block):  # what runs in it, and how often, must be said
                raise TypeError(f"there is no check of {type(node).__name__}")
            if isinstance(child, s.Expression):
                self.expression(child)

    def do_expressionstatement(self, node: s.ExpressionStatement) -> None:
        self.expression(node.value, at_start=True)

    def do_bind(self, node: s.Bind) -> None:
        first = node.targets[0]
        self.names.binding = first.name if isinstance(first, s.Name) else ""
        self.expression(node.value)
        self.names.binding = ""
        names = list(s.names_in(node.targets))
        for name in names:
            self.names.bind(name)
        self.rows.bind([name.name for name in names], node.value)

    def do_bindelement(self, node: s.BindElement) -> None:
        self.expression(node.target)
        self.expression(node.value)
        self.names.bind(node.name)
        self.rows.forget([node.name.name])

    def do_define(self, node: s.Define) -> None:
        seen: dict[str, s.Name] = {}
        for parameter in node.parameters:
            if parameter.name in seen:
                again = Trouble(
                    "MT209", f"two parameters are called `{parameter.name}`", label="again here",
                    related=((seen[parameter.name], "first here"),), help="give one another name",
                )  # fmt: skip
                self.report(again, parameter)
            seen[parameter.name] = parameter
        self.names.bind(node.name)
        self.rows.forget([node.name.name])
        self.bodies.append(node)
        if any(isinstance(part, s.Train) for part in s.walk(node.body)):
            self.names.scope.perhaps(("losses", "validation_losses"))

    def do_return(self, node: s.Return) -> None:
        if not self.functions:
            outside = Trouble(
                "MT119", "`return` stands outside of a function", label="no function around it",
                help="it belongs into the block of one: `f(x) = { y = x^2; return y + 1 }`; "
                "a value is shown by itself or with `print`",
            )  # fmt: skip
            self.report(outside, node)
        if node.value is not None:
            self.expression(node.value)

    def do_augment(self, node: s.Augment) -> None:
        self.expression(node.target)
        self.expression(node.value)
        if self.names.is_own(node.target.name):
            self.names.bind(node.target)
        self.rows.forget([node.target.name])

    def do_repeat(self, node: s.Repeat) -> None:
        self.expression(node.count)
        self.loop(node.body, [], at_least_once=_positive(node.count))

    def do_for(self, node: s.For) -> None:
        self.expression(node.source)
        self.loop(
            node.body, list(s.names_in(node.targets)), at_least_once=self.has_elements(node.source)
        )

    def do_while(self, node: s.While) -> None:
        self.expression(node.condition)
        self.loop(node.body, [])

    def has_elements(self, source: s.Expression) -> bool:
        """Whether a loop over `source` certainly runs, as far as the text tells."""
        if isinstance(source, s.ListOf):
            return bool(source.items)
        if isinstance(source, s.String):
            return bool(source.value)
        name = source.function if isinstance(source, s.Call) else source
        if not isinstance(name, s.Name) or self.names.is_bound(name.name):
            return False
        builtin = BUILTINS.get(name.name)
        if builtin is not None and builtin.group == "data":
            return True
        if isinstance(source, s.Call) and name.name == "range" and len(source.arguments) == 1:
            return _positive(source.arguments[0])
        return False

    def loop(self, body: s.Block, targets: list[s.Name], *, at_least_once: bool = False) -> None:
        """A body that runs any number of times, unless `at_least_once` perhaps never."""
        start = self.names.scope
        later = self.forget_bound_in(body)
        self.rows.forget(target.name for target in targets)
        self.names.scope = start.branch()
        self.names.scope.perhaps(later)
        for target in targets:
            self.names.bind(target)
        leaves = any(isinstance(node, s.Break | s.Continue) for node in s.walk(body))
        runs = at_least_once and not leaves
        self.loops += 1
        with self.perhaps(runs):
            self.block(body.statements)
        self.loops -= 1
        if runs:
            start.merge(self.names.scope)
        else:
            start.merge(start.branch(), self.names.scope)
            self.rows.forget(later)
        self.names.scope = start

    def do_if(self, node: s.If) -> None:
        start = self.names.scope
        ends = []
        for condition, block in node.branches:
            self.names.scope = start
            self.expression(condition)
            self.names.scope = start.branch()
            with self.perhaps():
                self.block(block.statements)
            ends.append(self.names.scope)
        last = start.branch()
        if node.otherwise:
            self.names.scope = last
            with self.perhaps():
                self.block(node.otherwise.statements)
        ends.append(last)
        start.merge(*ends)
        self.names.scope = start
        self.forget_bound_in(node)

    @contextmanager
    def perhaps(self, runs: bool = False) -> Iterator[None]:
        """While a block is looked at that may never run, unless it `runs` for sure."""
        outer = self.certain
        self.certain = outer and runs
        self.within += 1
        yield
        self.within -= 1
        self.certain = outer

    def forget_bound_in(self, node: s.Node) -> set[str]:
        """The names that a node may bind, whose widths are not known any more."""
        bindings, anything = self.imports.bindings(node, self.findings.source)
        names = {binding.name for binding in bindings}
        self.rows.forget(names)
        if anything:
            self.anything_may_be_bound()
        return names

    def anything_may_be_bound(self) -> None:
        """A file that cannot be looked at binds whatever it likes."""
        self.names.anything = True
        self.rows.forget_all()

    def do_break(self, node: s.Statement) -> None:
        if not self.loops:
            word = type(node).__name__.lower()
            self.report(
                Trouble(
                    "MT119",
                    f"`{word}` stands outside of a loop",
                    label="no loop around it",
                    help="it belongs inside `repeat`, `for` or `while`: `while c { ... }`",
                ),
                node,
            )

    do_continue = do_break

    def do_command(self, node: s.Command) -> None:
        method = getattr(self, f"command_{node.word}", self.operands)
        method(node)

    def operands(self, node: s.Command) -> None:
        """What most commands are about: values."""
        for operand in node.operands:
            self.expression(operand)

    def command_step(self, node: s.Command) -> None:
        self.operands(node)
        seen: set[str] = set()
        for option in node.options:
            self.expression(option.value)
            if option.name != "lr":
                unknown = Trouble(
                    "MT205", f"`step` has no option `{option.name}`", label="unknown option",
                    help="write `step opt lr=0.05`; other settings are those of the optimizer",
                )  # fmt: skip
                self.report(unknown, option)
            elif "lr" in seen:
                again = Trouble("MT210", "`lr` is given twice", help="keep one of the two")
                self.report(again, option)
            seen.add(option.name)

    def command_del(self, node: s.Command) -> None:
        for operand in node.operands:
            assert isinstance(operand, s.Word)
            name = s.Name(operand.place, operand.text)
            self.names.check(name, predefined=False)
            self.names.delete(name)
            self.rows.forget([name.name])

    def command_export(self, node: s.Command) -> None:
        self.operands(node)
        form = node.operands[-1]
        if isinstance(form, s.Word) and form.text not in EXPORT_FORMS:
            unknown = Trouble(
                "MT605", f"there is no export as {form.text}", label="not a form",
                help='write `export net to "net.py"` or `export net to "net.py" as pytorch`',
            )  # fmt: skip
            self.report(unknown, form)

    def command_set(self, node: s.Command) -> None:
        self.operands(node)
        setting, value = node.operands
        assert isinstance(setting, s.Word)
        known = SETTINGS.get(setting.text)
        if known is None or (isinstance(value, s.Word) and value.text not in known.values):
            written = self.findings.source.slice(value.place)
            self.report(setting_trouble(setting.text, written), node)

    def command_undo(self, node: s.Command) -> None:
        self.operands(node)
        if self.within:
            self.report(part_of_another(node.word), node)
        # Neither is recorded, so what else it did could not be undone.
        plain = s.Number | s.Name | s.Unary | s.Binary | s.Word
        if not all(isinstance(part, plain) for count in node.operands for part in s.walk(count)):
            self.report(no_plain_count(node.word), node.operands[0])

    command_redo = command_undo

    def do_time(self, node: s.Time) -> None:
        self.within += 1
        self.statement(node.statement)
        self.within -= 1

    def do_import(self, node: s.Import) -> None:
        if self.functions:
            inside = Trouble(
                "MT119", "`import` stands inside a function", label="not in a function",
                help="import the file in a line before the function: what it binds belongs to all",
            )  # fmt: skip
            self.report(inside, node)
            return
        if isinstance(node.path, s.Name) and not self.names.is_bound(node.path.name):
            foreign = Trouble(
                "MT201", f"there is no `{node.path.name}` here", label="not defined",
                help='nothing has to be imported from Python; `import "other.mt"` runs a file',
            )  # fmt: skip
            self.report(foreign, node.path)
            return
        self.expression(node.path)
        file = None
        try:
            file = self.imports.file(node, self.findings.source)
        except Trouble as trouble:
            if self.names.strict:  # else the statement says it when its turn comes
                self.report(trouble, node, note=not self.certain)
        if file is None:
            self.anything_may_be_bound()
        else:
            self.imported_file(file, node)

    def imported_file(self, file: File, node: s.Import) -> None:
        """Look at the file as at a part of the program, since it runs in the same session."""
        outer = self.bodies, self.loops, self.names.first_bound
        self.within += 1
        with self.findings.inside(file.source, node), self.imports.inside(file):
            if file.problem is not None:
                for problem in all_syntax_problems(file.source, file.problem, GROUPS):
                    self.findings.add(problem)
            if file.program is None:
                self.anything_may_be_bound()
            else:
                self.unit(file.program, self.imports.bindings(file.program, file.source)[0])
        self.within -= 1
        self.bodies, self.loops, self.names.first_bound = outer

    def do_train(self, node: s.Train | s.Test) -> None:
        if node.network is not None:
            self.expression(node.network)
        if isinstance(node.data, s.Name):
            self.names.check(node.data, data=True)
        else:
            self.expression(node.data)
        self.expressions.options(type(node).__name__.lower(), node.options)
        self.rows.train(node)
        if isinstance(node, s.Train):
            self.names.scope.set("losses")
            if any(option.name == "validate" for option in node.options):
                self.names.scope.set("validation_losses")

    do_test = do_train


def _positive(count: s.Expression) -> bool:
    """Whether it is a number written out that lets a loop run at least once."""
    return isinstance(count, s.Number) and count.value >= 1
