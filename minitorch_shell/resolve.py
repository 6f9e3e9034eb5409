"""What can be known before a program runs: names, numbers of arguments, options, widths.

The resolver walks the syntax tree once, in the order of execution, and keeps for every point which
names are certainly set and which only perhaps. Bodies of functions are looked at last, since
their names are looked up when they are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grammar import syntax as s
from grammar.parser import parse
from grammar.problem import SyntaxProblem
from grammar.source import Source
from minitorch_shell.blame import syntax_problem, trouble_problem
from minitorch_shell.builtins import BUILTINS, Builtin
from minitorch_shell.lower_expressions import WORD_OPTIONS
from minitorch_shell.optioncheck import check_options, known_options
from minitorch_shell.results import Fix, Place, Problem
from minitorch_shell.rowcheck import RowCheck
from minitorch_shell.scope import PERHAPS, SURE, Scope, bound_names
from minitorch_shell.suggest import advice, close_word
from minitorch_shell.trouble import Trouble
from minitorch_shell.values import wrong_count

FORMS = ("python", "pytorch")  # of `export ... as`

MOST_CANDIDATES = 100  # names to look through for each slip, once a program has shown many


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


class Resolver:
    def __init__(self, source: Source, names: Mapping[str, Any], strict: bool) -> None:
        self.source = source
        self.strict = strict
        self.problems: list[Problem] = []
        self.told: set[tuple[str, Place | None]] = set()
        self.scope = Scope(names)
        self.locals: list[set[str]] = []
        self.bodies: list[s.Define] = []
        self.functions: dict[str, s.Define] = {}  # names that one definition binds, and no more
        self.rows = RowCheck(self.report, names)
        self.loops = 0
        self.everything: dict[str, s.Name] = {}  # where the program binds each name first
        self.deleted: dict[str, s.Name] = {}
        self.imported = False

    # ------------------------------------------------------------ reporting

    def report(self, trouble: Trouble, node: s.Node, fix: str | None = None) -> None:
        problem = trouble_problem(self.source, node, trouble)
        if fix is not None and problem.place is not None:
            problem = Problem(
                problem.severity, problem.code, problem.message, problem.place, problem.label,
                problem.related, problem.help, Fix(problem.place, fix),
            )  # fmt: skip
        if (problem.code, problem.place) not in self.told:
            self.told.add((problem.code, problem.place))
            self.problems.append(problem)

    # ------------------------------------------------------------ statements

    def program(self, program: s.Program) -> None:
        for node in s.walk(program):
            for name in bound_names(node):
                if name.name in self.everything:
                    self.functions.pop(name.name, None)
                elif isinstance(node, s.Define):
                    self.functions[name.name] = node
                self.everything.setdefault(name.name, name)
        self.block(program.statements)
        known = self.scope.names()
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
        self.deleted.pop(name.name, None)

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
        self.loop(node.body, [], at_least_once=_positive(node.count))

    def do_for(self, node: s.For) -> None:
        self.expression(node.source)
        self.loop(node.body, node.targets, at_least_once=self.has_elements(node.source))

    def do_while(self, node: s.While) -> None:
        self.expression(node.condition)
        self.loop(node.body, [])

    def has_elements(self, source: s.Expression) -> bool:
        """Whether a loop over `source` certainly runs, as far as the text tells."""
        if isinstance(source, s.ListOf):
            return bool(source.items)
        name = source.function if isinstance(source, s.Call) else source
        if not isinstance(name, s.Name) or self.is_bound(name.name):
            return False
        builtin = BUILTINS.get(name.name)
        if builtin is not None and builtin.group == "data":
            return True
        if isinstance(source, s.Call) and name.name == "range" and len(source.arguments) == 1:
            return _positive(source.arguments[0])
        return False

    def loop(self, body: s.Block, targets: list[s.Name], *, at_least_once: bool = False) -> None:
        """A body that runs any number of times, unless `at_least_once` perhaps never."""
        start = self.scope
        later = {name.name for node in s.walk(body) for name in bound_names(node)}
        self.rows.forget(later)
        self.scope = start.branch()
        self.scope.perhaps(later)
        for target in targets:
            self.bind(target)
        self.loops += 1
        self.block(body.statements)
        self.loops -= 1
        leaves = any(isinstance(node, s.Break | s.Continue) for node in s.walk(body))
        if at_least_once and not leaves:
            start.merge(self.scope)
        else:
            start.merge(start.branch(), self.scope)
        self.scope = start

    def do_if(self, node: s.If) -> None:
        start = self.scope
        ends = []
        for condition, block in node.branches:
            self.scope = start
            self.expression(condition)
            self.scope = start.branch()
            self.block(block.statements)
            ends.append(self.scope)
        last = start.branch()
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
                Trouble(
                    "MT119",
                    f"`{word}` stands outside of a loop",
                    label="no loop around it",
                    help="it belongs inside `repeat`, `for` or `while`: `while c { ... }`",
                ),
                node,
            )

    do_continue = do_break

    def do_del(self, node: s.Del) -> None:
        for name in node.names:
            self.name(name, predefined=False)
            self.scope.drop(name.name)
            self.deleted[name.name] = name
            self.rows.forget([name.name])

    def do_time(self, node: s.Time) -> None:
        self.statement(node.statement)

    def do_export(self, node: s.Export) -> None:
        self.expression(node.value)
        self.expression(node.path)
        if node.form is not None and node.form.name not in FORMS:
            unknown = Trouble(
                "MT605", f"there is no export as {node.form.name}", label="not a form",
                help='write `export net to "net.py"` or `export net to "net.py" as pytorch`',
            )  # fmt: skip
            self.report(unknown, node.form)

    def do_import(self, node: s.Import) -> None:
        if isinstance(node.path, s.Name) and not self.is_bound(node.path.name):
            foreign = Trouble(
                "MT201", f"there is no `{node.path.name}` here", label="not defined",
                help='nothing has to be imported from Python; `import "other.mt"` runs a file',
            )  # fmt: skip
            self.report(foreign, node.path)
            return
        self.expression(node.path)
        self.imported = True  # what the file binds is known when it has run

    def do_train(self, node: s.Train | s.Test) -> None:
        if node.network is not None:
            self.expression(node.network)
        self.expression(node.data)
        self.options(type(node).__name__.lower(), node.options)
        self.rows.train(node)
        if isinstance(node, s.Train):
            self.scope.set("losses")

    do_test = do_train

    def options(self, command: str, options: list[s.Keyword]) -> None:
        check_options(command, options, self.report)
        known = known_options(command)
        for option in options:
            word = isinstance(option.value, s.Name) and option.name in WORD_OPTIONS
            if not word and option.name in known:
                self.expression(option.value)

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
            self.options("with", node.options)
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
        elif isinstance(function, s.Name):
            self.own_arity(node, function.name)

    def is_bound(self, name: str) -> bool:
        return any(name in scope for scope in self.locals) or self.scope.state(name) == SURE

    def arity(self, node: s.Call, builtin: Builtin) -> None:
        """Too many, too few or unknown arguments of a predefined name."""
        parameters = builtin.parameters
        if not builtin.callable:
            self.report(Trouble("MT312", f"`{builtin.name}` is a number, not a function"), node)
            return
        known = [parameter.name for parameter in parameters]
        for keyword in node.keywords:
            if keyword.name not in known:
                close = close_word(keyword.name, known)
                suggestion = f"did you mean `{close}`?" if close else ""
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

    def own_arity(self, node: s.Call, name: str) -> None:
        """Too many or too few values for a function of the program."""
        define = self.functions.get(name)
        if define is None or any(name in scope for scope in self.locals) or node.keywords:
            return
        if len(node.arguments) != len(define.parameters):
            names = tuple(parameter.name for parameter in define.parameters)
            trouble = wrong_count(name, names, len(node.arguments))
            trouble.label = "wrong number of values"
            trouble.related = ((define.name, "defined here"),)
            self.report(trouble, node)

    # ------------------------------------------------------------ names

    def name(self, node: s.Name, at_start: bool = False, predefined: bool = True) -> None:
        name = node.name
        if self.is_bound(name):
            return
        if self.scope.state(name) == PERHAPS:
            if self.strict:
                self.report(
                    Trouble("MT203", f"`{name}` may have no value here",
                            label="not set on every path",
                            help=f"give it a value first, before the `if` or the loop: "
                            f"`{name} = 0`"),
                    node,
                )  # fmt: skip
            return
        if self.imported or (predefined and name in BUILTINS):
            return
        self.report(*self.unknown(node, at_start))

    def unknown(self, node: s.Name, at_start: bool) -> tuple[Trouble, s.Node, str | None]:
        """The error for a name that is not there, with what may have been meant."""
        name = node.name
        if name in self.deleted:
            gone = Trouble(
                "MT202", f"`{name}` has no value any more", label="deleted before",
                related=((self.deleted[name], "deleted here"),),
                help=f"bind it again: `{name} = ...`",
            )  # fmt: skip
            return gone, node, None
        if name in self.everything:
            later = Trouble(
                "MT202", f"`{name}` is used before it is set", label="not set yet",
                related=((self.everything[name], "set here"),),
                help=f"move the line that binds `{name}` before this one",
            )  # fmt: skip
            return later, node, None
        own = [other for scope in self.locals for other in sorted(scope)]
        own += self.scope.names()[: MOST_CANDIDATES if len(self.problems) > 20 else None]
        help, meant = advice(name, own, self.scope.names(SURE), at_start)
        unknown = Trouble("MT201", f"there is no `{name}` here", label="not defined", help=help)
        return unknown, node, meant or None


def _amount(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least} value{'s' * (least != 1)}"
    if least == most:
        return f"{least} value{'s' * (least != 1)}"
    return f"{least} to {most} values"


def _positive(count: s.Expression) -> bool:
    """Whether it is a number written out that lets a loop run at least once."""
    return isinstance(count, s.Number) and count.value >= 1
