"""Expressions before anything runs: every name, call, row of layers and option in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from grammar import syntax as s
from grammar.source import Source
from grammar.vocabulary import vocabulary
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import followed_by
from minitorch_shell.catalogue.meant import close_word, command_help
from minitorch_shell.catalogue.options import WORD_OPTIONS, is_word, known_options, meanings
from minitorch_shell.checks.calls import (
    Definition,
    check_builtin_call,
    check_builtin_derivative,
    check_one_value,
    check_own_call,
    check_own_derivative,
)
from minitorch_shell.checks.findings import Findings
from minitorch_shell.checks.names import NameCheck
from minitorch_shell.checks.options import (
    OWN_FUNCTIONS,
    check_options,
    no_word,
    not_such_a_function,
)
from minitorch_shell.checks.rows import RowCheck
from minitorch_shell.problems.trouble import Trouble


class ExpressionCheck:
    """Walks expressions, and asks for each part the check that knows about it."""

    def __init__(self, findings: Findings, names: NameCheck, rows: RowCheck) -> None:
        self.findings = findings
        self.names = names
        self.rows = rows
        self.functions: dict[str, Definition] = {}  # names that one definition binds, no more

    def check(self, node: s.Expression, at_start: bool = False) -> None:
        """Check an expression; `at_start` when a statement begins with it, as a command would."""
        if isinstance(node, s.Name):
            self.names.check(node, at_start=at_start)
        elif isinstance(node, s.Comprehension):
            self._comprehension(node)
        elif isinstance(node, s.Call):
            self._call(node, at_start)
        elif isinstance(node, s.Derivative):
            self._of_function(node, at_start)
        elif isinstance(node, s.Row | s.With):
            self._row(node, at_start)
        elif isinstance(node, s.Binary):
            self._chain(node, at_start)
        else:
            for child in s.children(node):
                if isinstance(child, s.Expression):
                    self.check(child)

    def body(self, node: s.Define) -> None:
        """Check what a function without names of its own computes, its parameters being set."""
        assert isinstance(node.body, s.Expression)
        self.names.locals.append({parameter.name for parameter in node.parameters})
        self.check(node.body)
        self.names.locals.pop()

    @contextmanager
    def function(self, node: s.Define, names: list[str], source: Source) -> Iterator[None]:
        """While the block of a function is looked at, its `names` stand for what it binds."""
        outer = {name: self.functions.pop(name) for name in names if name in self.functions}
        parts = [part for part in s.walk_shared(node.body) if isinstance(part, s.Statement)]
        bound = Counter(name.name for part in parts for name in s.bound_names(part))
        for part in parts:
            if isinstance(part, s.Define) and bound[part.name.name] == 1:
                self.functions[part.name.name] = Definition(part, source)
        try:
            yield
        finally:
            for name in names:
                self.functions.pop(name, None)
            self.functions.update(outer)

    def options(self, command: str, options: list[s.Keyword]) -> None:
        """Check the options of `train`, `test` or `with`."""
        check_options(command, options, self.names.is_variable, self.findings.report)
        known = known_options(command)
        for option in options:
            name = option.value.name if isinstance(option.value, s.Name) else ""
            word = option.name in WORD_OPTIONS and name and not self.names.is_variable(name)
            if option.name in known and not word and not is_word(option.name, name):
                self.check(option.value)
            definition = self.functions.get(name) if option.name in OWN_FUNCTIONS else None
            if definition is not None and not self.names.is_local(name):
                count = len(definition.node.parameters)
                trouble = not_such_a_function(option.name, name, count)
                if trouble is not None:
                    self.findings.report(trouble, option.value)

    def _derivative(self, node: s.Binary, at_start: bool) -> bool:
        """`dz/dx`, where neither is a name: whether it is one."""
        over, under = node.left, node.right
        if node.operator != "/" or not (isinstance(over, s.Name) and isinstance(under, s.Name)):
            return False
        if over.name[:1] + under.name[:1] != "dd" or min(len(over.name), len(under.name)) < 2:
            return False
        if not (self.names.is_unknown(over.name) and self.names.is_unknown(under.name)):
            return False
        z, x = over.name[1:], under.name[1:]
        good = f"backward {z}; grad {x}"
        help = f"write `{good}`" if at_start else f"write `backward {z}` before, here `grad {x}`"
        derivative = Trouble(
            "MT201", f"there is no `{over.name}/{under.name}` here", label="a derivative",
            help=help,
            fix=(node.place, good if at_start else f"grad {x}"),
        )  # fmt: skip
        self.findings.report(derivative, node)
        return True

    def _chain(self, node: s.Binary, at_start: bool) -> None:
        """Operators lean to the left, so a long sum is deep; it is walked without recursion."""
        if self._derivative(node, at_start):
            return
        left: s.Expression = node
        while isinstance(left, s.Binary):
            self.check(left.right)
            left = left.left
        self.check(left)

    def _row(self, node: s.Row | s.With, at_start: bool) -> None:
        inner = node.network if isinstance(node, s.With) else node
        elements = inner.elements if isinstance(inner, s.Row) else [inner]
        before = len(self.findings.problems)
        self._command_behind(elements)
        for position, element in enumerate(elements):
            self.check(element, at_start=at_start and position == 0)
        if isinstance(node, s.With):
            self.options("with", node.options)
        if len(self.findings.problems) == before:
            self.rows.check(node)

    def _command_behind(self, elements: list[s.Expression]) -> None:
        """`y backward`, where `backward y` is meant."""
        value, word = elements[0], elements[-1]
        if not (len(elements) == 2 and isinstance(value, s.Name) and isinstance(word, s.Name)):
            return
        name = word.name
        if name in vocabulary().commands and self.names.is_unknown(name):
            help = command_help(
                name, value.name if followed_by(name) in ("value", "data", "name") else ""
            )
            unknown = Trouble("MT201", f"there is no `{name}` here", label="a command", help=help)
            self.findings.report(unknown, word)

    def _comprehension(self, node: s.Comprehension) -> None:
        scope: set[str] = set()
        self.names.locals.append(scope)
        for clause in node.clauses:
            if isinstance(clause, s.ForClause):
                self.check(clause.source)
                scope.update(name.name for name in s.names_in(clause.targets))
            else:
                self.check(clause.condition)
        self.check(node.element)
        self.names.locals.pop()

    def _of_function(self, node: s.Derivative, at_start: bool) -> None:
        """`f'`"""
        name = node.function.name
        self.check(node.function, at_start=at_start)
        if self.names.is_local(name) or self.names.anything:
            return
        if name in self.functions:
            check_own_derivative(node, self.functions[name], self.findings)
        elif name in BUILTINS and not self.names.is_bound(name):
            check_builtin_derivative(node, BUILTINS[name], self.findings.report)

    def _call(self, node: s.Call, at_start: bool) -> None:
        function = node.function
        self.check(function, at_start=at_start)
        for argument in node.arguments:
            self.check(argument)
        builtin = None
        if isinstance(function, s.Name) and not self.names.is_bound(function.name):
            builtin = BUILTINS.get(function.name)
        for keyword in node.keywords:
            name = keyword.value.name if isinstance(keyword.value, s.Name) else ""
            if builtin is None or keyword.name not in WORD_OPTIONS or not name:
                self.check(keyword.value)
            elif not is_word(keyword.name, name) and not self.names.is_variable(name):
                close = close_word(name, tuple(meanings(keyword.name)))
                self.findings.report(no_word(keyword.name, name), keyword.value, close)
        if builtin is not None and not self.names.anything:
            check_builtin_call(node, builtin, self.findings.report)
            self.rows.call(node)
        elif isinstance(function, s.Name) and not self.names.is_local(function.name):
            definition = self.functions.get(function.name)
            if definition is not None:
                check_own_call(node, definition, self.findings)
        elif isinstance(function, s.Derivative):
            check_one_value(node, function, self.findings.report)
