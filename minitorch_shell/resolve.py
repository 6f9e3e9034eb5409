"""What can be known before a program runs: names, numbers of arguments, options, widths.

The resolver walks the syntax tree once, in the order of execution, and keeps for every point which
names are certainly set and which only perhaps. Bodies of functions are looked at last, since
their names are looked up when they are called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from grammar import syntax as s
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from grammar.vocabulary import vocabulary
from minitorch_shell.blame import syntax_problem, trouble_problem
from minitorch_shell.builtins import BUILTINS, Builtin
from minitorch_shell.lower import WORD_OPTIONS
from minitorch_shell.results import Fix, Problem
from minitorch_shell.rowcheck import RowCheck
from minitorch_shell.trouble import Trouble


def resolve(
    program: s.Program, source: Source, session_names: Mapping[str, Any], strict: bool = False
) -> list[Problem]:
    """All static errors of a program that starts with `session_names` bound.

    `strict` also reports names that are set on some paths only (`minitorch --check`).
    """
    resolver = Resolver(source, session_names, strict)
    resolver.program(program)
    return sorted(
        resolver.problems, key=lambda p: (p.place.line, p.place.column) if p.place else ()
    )


def problems_of(
    source: Source, session_names: Mapping[str, Any] | None = None, strict: bool = True
) -> list[Problem]:
    """Everything that can be known to be wrong with a text without running it.

    One problem where the text is no program, else all that `resolve` finds.
    """
    try:
        program = parse(source)
    except SyntaxProblem as problem:
        return [syntax_problem(source, problem)]
    return resolve(program, source, session_names or {}, strict)


class Scope:
    """Which names are set: surely, or on some path only."""

    def __init__(self, sure: Iterable[str] = (), perhaps: Iterable[str] = ()) -> None:
        self.sure = set(sure)
        self.perhaps = set(perhaps)

    def copy(self) -> Scope:
        return Scope(self.sure, self.perhaps)

    def set(self, name: str) -> None:
        self.sure.add(name)

    def drop(self, name: str) -> None:
        self.sure.discard(name)
        self.perhaps.discard(name)

    def merge(self, *branches: Scope) -> None:
        """After alternatives: sure is what all of them set, perhaps what any of them did."""
        union = set().union(*(branch.sure | branch.perhaps for branch in branches))
        self.sure = set.intersection(*(branch.sure for branch in branches))
        self.perhaps = union - self.sure


class Resolver:
    def __init__(self, source: Source, names: Mapping[str, Any], strict: bool) -> None:
        self.source = source
        self.strict = strict
        self.problems: list[Problem] = []
        self.scope = Scope(names)
        self.locals: list[set[str]] = []
        self.bodies: list[s.Define] = []
        self.functions: dict[str, int] = {}  # functions of the program: name -> parameters
        self.rows = RowCheck(self.report, names)
        self.loops = 0
        self.everything: set[str] = set()  # all names the program binds anywhere
        self.imported = False

    # ------------------------------------------------------------ reporting

    def report(self, trouble: Trouble, node: s.Node, fix: str | None = None) -> None:
        problem = trouble_problem(self.source, node, trouble)
        if fix is not None and problem.place is not None:
            problem = Problem(
                problem.severity, problem.code, problem.message, problem.place, problem.label,
                problem.related, problem.help, Fix(problem.place, fix),
            )  # fmt: skip
        if problem not in self.problems:
            self.problems.append(problem)

    # ------------------------------------------------------------ statements

    def program(self, program: s.Program) -> None:
        self.everything = {
            name.name
            for node in s.walk(program)
            for name in bound_names(node)
        }  # fmt: skip
        for node in s.walk(program):
            if isinstance(node, s.Define):
                names = [parameter.name for parameter in node.parameters]
                self.functions[node.name.name] = len(names)
        self.block(program.statements)
        known = self.scope.sure | self.scope.perhaps
        for define in self.bodies:
            self.scope = Scope(known)
            self.function_body(define)

    def block(self, statements: list[s.Statement]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: s.Statement) -> None:
        method = getattr(self, f"do_{type(node).__name__.lower()}", None)
        if method is not None:
            method(node)
            return
        for child in s.children(node):
            if isinstance(child, s.Expression):
                self.expression(child)

    def do_expressionstatement(self, node: s.ExpressionStatement) -> None:
        self.expression(node.value, at_start=True)

    def do_bind(self, node: s.Bind) -> None:
        self.expression(node.value)
        for target in node.targets:
            self.bind(target)
        self.rows.bind([target.name for target in node.targets], node.value)

    def bind(self, name: s.Name) -> None:
        self.scope.set(name.name)

    def do_define(self, node: s.Define) -> None:
        seen: set[str] = set()
        for parameter in node.parameters:
            if parameter.name in seen:
                again = Trouble("MT209", f"two parameters are called `{parameter.name}`")
                self.report(again, parameter)
            seen.add(parameter.name)
        self.bind(node.name)
        self.rows.forget([node.name.name])
        self.bodies.append(node)

    def function_body(self, node: s.Define) -> None:
        self.locals.append({parameter.name for parameter in node.parameters})
        self.expression(node.body)
        self.locals.pop()

    def do_augment(self, node: s.Augment) -> None:
        self.expression(node.target)
        self.expression(node.value)
        self.rows.forget([node.target.name])

    def do_repeat(self, node: s.Repeat) -> None:
        self.expression(node.count)
        self.loop(node.body, [])

    def do_for(self, node: s.For) -> None:
        self.expression(node.source)
        self.loop(node.body, node.targets)

    def do_while(self, node: s.While) -> None:
        self.expression(node.condition)
        self.loop(node.body, [])

    def loop(self, body: s.Block, targets: list[s.Name]) -> None:
        """A body that runs any number of times, perhaps never."""
        before = self.scope.copy()
        later = {name.name for node in s.walk(body) for name in bound_names(node)}
        self.rows.forget(later)
        self.scope.perhaps |= later - self.scope.sure
        for target in targets:
            self.bind(target)
        self.loops += 1
        self.block(body.statements)
        self.loops -= 1
        self.scope.merge(before, self.scope)

    def do_if(self, node: s.If) -> None:
        start = self.scope
        ends = []
        for condition, block in node.branches:
            self.scope = start
            self.expression(condition)
            self.scope = start.copy()
            self.block(block.statements)
            ends.append(self.scope)
        last = start.copy()
        if node.otherwise:
            self.scope = last
            self.block(node.otherwise.statements)
        ends.append(last)
        start.merge(*ends)
        self.scope = start
        self.rows.forget({name.name for part in s.walk(node) for name in bound_names(part)})

    def do_break(self, node: s.Statement) -> None:
        if not self.loops:
            word = type(node).__name__.lower()
            self.report(
                Trouble("MT119", f"`{word}` stands outside of a loop", label="no loop around it"),
                node,
            )

    do_continue = do_break

    def do_del(self, node: s.Del) -> None:
        for name in node.names:
            self.name(name, predefined=False)
            self.scope.drop(name.name)
            self.rows.forget([name.name])

    def do_time(self, node: s.Time) -> None:
        self.statement(node.statement)

    def do_import(self, node: s.Import) -> None:
        self.expression(node.path)
        self.imported = True  # what the file binds is known when it has run

    def do_train(self, node: s.Train | s.Test) -> None:
        if node.network is not None:
            self.expression(node.network)
        self.expression(node.data)
        self.options(node.options)
        self.rows.train(node)

    do_test = do_train

    def options(self, options: list[s.Keyword]) -> None:
        seen: dict[str, s.Keyword] = {}
        for option in options:
            if option.name in seen:
                twice = Trouble("MT210", f"`{option.name}` is given twice", label="again here",
                                related=((seen[option.name], "first here"),))  # fmt: skip
                self.report(twice, option)
            seen[option.name] = option
            if not (option.name in WORD_OPTIONS and isinstance(option.value, s.Name)):
                self.expression(option.value)

    def do_export(self, node: s.Export) -> None:
        self.expression(node.value)  # the form is a word
        self.expression(node.path)

    def do_set(self, node: s.Set) -> None:
        if not isinstance(node.value, s.Name):
            self.expression(node.value)

    def do_seed(self, node: s.Seed) -> None:
        if not (isinstance(node.value, s.Name) and node.value.name == "random"):
            self.expression(node.value)

    # ------------------------------------------------------------ expressions

    def expression(self, node: s.Expression, at_start: bool = False) -> None:
        """Check an expression; `at_start` when a statement begins with it, as a command would."""
        if isinstance(node, s.Name):
            self.name(node, at_start=at_start)
        elif isinstance(node, s.Comprehension):
            self.comprehension(node)
        elif isinstance(node, s.Call):
            self.call(node, at_start)
        elif isinstance(node, s.Row | s.With):
            self.row(node, at_start)
        elif isinstance(node, s.Binary):
            self.chain(node)
        else:
            for child in s.children(node):
                if isinstance(child, s.Expression):
                    self.expression(child)

    def chain(self, node: s.Binary) -> None:
        """Operators lean to the left, so a long sum is deep; it is walked without recursion."""
        left: s.Expression = node
        while isinstance(left, s.Binary):
            self.expression(left.right)
            left = left.left
        self.expression(left)

    def row(self, node: s.Row | s.With, at_start: bool) -> None:
        inner = node.network if isinstance(node, s.With) else node
        elements = inner.elements if isinstance(inner, s.Row) else [inner]
        before = len(self.problems)
        for position, element in enumerate(elements):
            self.expression(element, at_start=at_start and position == 0)
        if isinstance(node, s.With):
            self.options(node.options)
        if len(self.problems) == before:
            self.rows.check(node)

    def comprehension(self, node: s.Comprehension) -> None:
        scope: set[str] = set()
        self.locals.append(scope)
        for clause in node.clauses:
            if isinstance(clause, s.ForClause):
                self.expression(clause.source)
                scope.update(name.name for name in clause.targets)
            else:
                self.expression(clause.condition)
        self.expression(node.element)
        self.locals.pop()

    def call(self, node: s.Call, at_start: bool) -> None:
        self.expression(node.function, at_start=at_start)
        for argument in node.arguments:
            self.expression(argument)
        function = node.function
        builtin = None
        if isinstance(function, s.Name) and not self.is_bound(function.name):
            builtin = BUILTINS.get(function.name)
        words = builtin is not None
        for keyword in node.keywords:
            word = words and keyword.name in WORD_OPTIONS and isinstance(keyword.value, s.Name)
            if not word:
                self.expression(keyword.value)
        if builtin is not None:
            self.arity(node, builtin)
            self.rows.call(node)

    def is_bound(self, name: str) -> bool:
        return any(name in scope for scope in self.locals) or name in self.scope.sure

    def arity(self, node: s.Call, builtin: Builtin) -> None:
        """Too many, too few or unknown arguments of a predefined name."""
        parameters = builtin.parameters
        if not builtin.callable:
            self.report(Trouble("MT312", f"`{builtin.name}` is a number, not a function"), node)
            return
        known = [parameter.name for parameter in parameters]
        for keyword in node.keywords:
            if keyword.name not in known:
                close = get_close_matches(keyword.name, known, 1)
                suggestion = f"did you mean `{close[0]}`?" if close else ""
                self.report(
                    Trouble("MT205", f"`{builtin.name}` has no option `{keyword.name}`",
                            label="unknown option",
                            help=suggestion or f"write `{builtin.signature}`"),
                    keyword,
                )  # fmt: skip
        if any(parameter.many for parameter in parameters):
            least, most = 1, None
        else:
            named = {keyword.name for keyword in node.keywords}
            least = sum(1 for p in parameters if p.default is None and p.name not in named)
            most = len(parameters)
            if builtin.group == "layer" and known[0] in ("x", "xs"):
                least = 0  # without an argument it is the layer
        count = len(node.arguments)
        if count < least or (most is not None and count > most):
            self.report(
                Trouble("MT204", f"`{builtin.name}` takes {_amount(least, most)}, here "
                        f"{'is' if count == 1 else 'are'} {count}",
                        label="wrong number of values", help=f"write `{builtin.signature}`"),
                node,
            )  # fmt: skip

    # ------------------------------------------------------------ names

    def name(self, node: s.Name, at_start: bool = False, predefined: bool = True) -> None:
        name = node.name
        if self.is_bound(name):
            return
        if name in self.scope.perhaps:
            if self.strict:
                self.report(
                    Trouble("MT203", f"`{name}` may have no value here",
                            label="not set on every path", help="bind it before"),
                    node,
                )  # fmt: skip
            return
        if self.imported or (predefined and name in BUILTINS):
            return
        self.report(*self.unknown(node, at_start))

    def unknown(self, node: s.Name, at_start: bool) -> tuple[Trouble, s.Node, str | None]:
        """The error for a name that is not there, with what may have been meant."""
        name = node.name
        if name in self.everything:
            later = Trouble(
                "MT202", f"`{name}` is used before it is set", label="not set yet",
                help=f"move the line that binds `{name}` before this one",
            )  # fmt: skip
            return later, node, None
        if name in _FOREIGN:
            foreign = Trouble("MT201", f"there is no `{name}` here", label="not defined",
                              help=f"did you mean `{_FOREIGN[name]}`?")  # fmt: skip
            return foreign, node, _FOREIGN[name]
        close = self.close_names(name, at_start)
        help = f"did you mean `{close}`?" if close else self.no_idea(name)
        unknown = Trouble("MT201", f"there is no `{name}` here", label="not defined", help=help)
        return unknown, node, close

    def close_names(self, name: str, at_start: bool) -> str | None:
        """The most similar name there is; at the start of a statement also command words."""
        own = [other for scope in self.locals for other in scope]
        own += sorted(self.scope.sure | self.scope.perhaps)
        candidates = own + list(BUILTINS) + (list(vocabulary().commands) if at_start else [])
        lower = {candidate.lower(): candidate for candidate in reversed(candidates)}
        if name.lower() in lower:
            return lower[name.lower()]
        matches = get_close_matches(name, candidates, 1, cutoff=0.6)
        return matches[0] if matches else None

    def no_idea(self, name: str) -> str:
        own = sorted(self.scope.sure)
        if own and len(own) <= 8:
            listed = ", ".join(f"`{other}`" for other in own)
            return f"bind it first: `{name} = ...`; bound so far: {listed}"
        return f"bind it first: `{name} = ...`"


_FOREIGN = {
    "True": "true", "False": "false", "ReLU": "relu", "Linear": "linear", "Sigmoid": "sigmoid",
    "Tanh": "tanh", "Softmax": "softmax", "Dropout": "dropout", "PI": "pi", "ln": "log",
}  # fmt: skip


def _amount(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least} value{'s' * (least != 1)}"
    if least == most:
        return f"{least} value{'s' * (least != 1)}"
    return f"{least} to {most} values"


def bound_names(node: s.Node) -> Iterator[s.Name]:
    """The names that a node itself binds in the session."""
    if isinstance(node, s.Bind | s.For):
        yield from node.targets
    elif isinstance(node, s.Define):
        yield node.name
