"""The lower half of the translation to Python: positions, helpers, expressions.

See minitorch_shell/lowering/statements.py for the whole of it.
"""

from __future__ import annotations

import ast
from typing import Any

from grammar import syntax as s
from minitorch_shell.catalogue.builtins import ARGUMENT_NAMES, BUILTINS
from minitorch_shell.catalogue.options import is_word
from minitorch_shell.lowering.spelling import HELPER, spelled
from minitorch_shell.lowering.unit import Unit

_OPERATORS: dict[str, type[ast.operator]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "@": ast.MatMult,
}
OF_COUNTS = frozenset("+-*%")  # what makes a count of counts
_SIGNS: dict[str, type[ast.unaryop]] = {"+": ast.UAdd, "-": ast.USub}
_HELPERS = {"/": "divide", "%": "remainder", "^": "power"}
_ORDERS: dict[str, type[ast.cmpop]] = {"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}


class ExpressionLowering:
    """Python trees for expressions; what a statement has bound and used is kept on the way."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.locals: list[set[str]] = []  # parameters and comprehension variables in scope
        self.bound: set[str] = set()  # the names that the statement binds
        self.functions: list[set[str]] = []  # what functions around bind, innermost last
        self.depth = 0  # of blocks, for what only holds at the top
        self.loose: set[int] = set()  # calls that need not give a value, by identity
        self.shown: set[int] = set()  # expressions whose value is shown as it is, by identity

    # ------------------------------------------------------------ small parts

    def at(self, node: s.Node) -> dict[str, Any]:
        """The position fields that make a Python node point to `node`."""
        nodes = self.unit.nodes
        nodes.append(node)
        line = len(nodes) - 1
        return {"lineno": line, "col_offset": 0, "end_lineno": line, "end_col_offset": 0}

    def call(self, node: s.Node, helper: str, *arguments: ast.expr) -> ast.Call:
        """A call of the helper `$helper`."""
        return ast.Call(
            func=self.helper(node, helper), args=list(arguments), keywords=[], **self.at(node)
        )

    def helper(self, node: s.Node, name: str) -> ast.Name:
        """The helper `$name` itself."""
        self.unit.builtins.add(HELPER + name)
        return ast.Name(id=HELPER + name, ctx=ast.Load(), **self.at(node))

    def constant(self, node: s.Node, value: object) -> ast.Constant:
        return ast.Constant(value=value, **self.at(node))  # type: ignore[arg-type]

    def tuple_(self, node: s.Node, items: list[ast.expr]) -> ast.Tuple:
        return ast.Tuple(elts=items, ctx=ast.Load(), **self.at(node))

    def lambda_(self, node: s.Node, body: ast.expr, parameters: tuple[str, ...] = ()) -> ast.Lambda:
        return ast.Lambda(
            args=python_parameters(parameters, self.at(node)), body=body, **self.at(node)
        )

    def do(self, node: s.Node, call: ast.expr) -> ast.Expr:
        return ast.Expr(value=call, **self.at(node))

    def node_number(self, node: s.Node) -> ast.Constant:
        """The number under which a helper finds `node` again in `unit.nodes`."""
        self.unit.nodes.append(node)
        return self.constant(node, len(self.unit.nodes) - 1)

    def store(self, name: s.Name) -> ast.Name:
        self.binds(name.name)
        return ast.Name(id=spelled(name.name), ctx=ast.Store(), **self.at(name))

    def binds(self, name: str) -> None:
        """A statement binds the name: one of the session, unless a function has it to itself."""
        if not self.functions:
            self.bound.add(name)

    def is_local(self, name: str) -> bool:
        return any(name in scope for scope in self.locals)

    def assign(self, name: s.Name, value: ast.expr) -> ast.Assign:
        return ast.Assign(targets=[self.store(name)], value=value, **self.at(name))

    # ------------------------------------------------------------ expressions

    def loop(
        self, node: s.Node, targets: s.Targets, source: s.Expression
    ) -> tuple[ast.expr, ast.expr]:
        """Target and iterator of a loop or a comprehension."""
        value = self.expression(source)
        if len(targets) == 1 and isinstance(targets[0], s.Name):
            name = targets[0]
            target = ast.Name(id=spelled(name.name), ctx=ast.Store(), **self.at(name))
            return target, self.call(source, "iterate", value)
        shape = self.constant(node, shape_of(targets))
        return self.stores(node, targets), self.call(source, "iterate_unpacked", value, shape)

    def stores(self, node: s.Node, targets: s.Targets) -> ast.Tuple:
        """What is bound, as Python unpacks into it."""
        parts: list[ast.expr] = [
            self.stores(target, target.targets)
            if isinstance(target, s.Pattern)
            else ast.Name(id=spelled(target.name), ctx=ast.Store(), **self.at(target))
            for target in targets
        ]
        return ast.Tuple(elts=parts, ctx=ast.Store(), **self.at(node))

    def option(self, option: s.Keyword) -> ast.expr:
        """The value of an option; where words are expected, one of them stands for itself."""
        if isinstance(option.value, s.Name) and is_word(option.name, option.value.name):
            return self.constant(option.value, option.value.name)
        return self.expression(option.value)

    def value(self, node: s.Expression) -> ast.expr:
        """An expression where a network may be written out as well."""
        if isinstance(node, s.Row):
            return self.row(node, node.elements, [])
        if isinstance(node, s.With):
            inner = node.network
            elements = inner.elements if isinstance(inner, s.Row) else [inner]
            return self.row(node, elements, node.options)
        return self.expression(node)

    def row(
        self, node: s.Expression, elements: list[s.Expression], options: list[s.Keyword]
    ) -> ast.expr:
        made = [self.element(element) for element in elements]
        given = [
            self.tuple_(option, [self.constant(option, option.name), self.option(option)])
            for option in options
        ]
        numbers = [self.node_number(element) for element in elements]
        return self.call(
            node,
            "row",
            self.tuple_(node, list(made)),
            self.tuple_(node, list(numbers)),
            self.tuple_(node, list(given)),
        )

    def element(self, node: s.Expression) -> ast.expr:
        """An element of a row: a layer to be planned, or a network to be spliced in."""
        if isinstance(node, s.Call) and isinstance(node.function, s.Name):
            arguments = self.tuple_(node, [self.argument(a) for a in node.arguments])
            keywords = [
                self.tuple_(k, [self.constant(k, k.name), self.expression(k.value)])
                for k in node.keywords
            ]
            function = self.name(node.function)
            return self.call(
                node, "element", function, arguments, self.tuple_(node, list(keywords))
            )
        return self.call(node, "element", self.expression(node))

    def argument(self, node: s.Expression) -> ast.expr:
        if isinstance(node, s.Hole):
            return self.helper(node, "hole")
        return self.expression(node)

    def expression(self, node: s.Expression) -> ast.expr:
        method = getattr(self, f"on_{type(node).__name__.lower()}")
        lowered: ast.expr = method(node)
        return lowered

    def on_row(self, node: s.Row) -> ast.expr:
        return self.row(node, node.elements, [])

    def on_number(self, node: s.Number) -> ast.expr:
        return self.constant(node, node.value)

    on_string = on_boolean = on_number

    def on_word(self, node: s.Word) -> ast.expr:
        return self.constant(node, node.text)

    def on_hole(self, node: s.Hole) -> ast.expr:
        return self.call(node, "open_width")

    def on_derivative(self, node: s.Derivative) -> ast.expr:
        function, name = self.name(node.function), node.function.name
        named = self.constant(node, name), self.constant(node, node.order)
        return self.call(node, "derived", function, *named)

    def on_name(self, node: s.Name) -> ast.expr:
        if node.name == "_" and not self.is_local("_"):
            return self.call(node, "last_shown")
        return self.name(node)

    def name(self, node: s.Name) -> ast.Name:
        if node.name in BUILTINS and not self.is_local(node.name):
            self.unit.builtins.add(spelled(node.name))
        return ast.Name(id=spelled(node.name), ctx=ast.Load(), **self.at(node))

    def on_listof(self, node: s.ListOf) -> ast.expr:
        items = [self.expression(item) for item in node.items]
        made = ast.List(elts=items, ctx=ast.Load(), **self.at(node))
        return self.call(node, "vector", made)

    def on_comprehension(self, node: s.Comprehension) -> ast.expr:
        generators: list[ast.comprehension] = []
        scope: set[str] = set()
        self.locals.append(scope)
        for clause in node.clauses:
            if isinstance(clause, s.ForClause):
                target, iterator = self.loop(clause, clause.targets, clause.source)
                scope.update(name.name for name in s.names_in(clause.targets))
                generators.append(
                    ast.comprehension(target=target, iter=iterator, ifs=[], is_async=0)
                )
            else:
                generators[-1].ifs.append(self.condition(clause.condition))
        element = self.expression(node.element)
        self.locals.pop()
        made = ast.ListComp(elt=element, generators=generators, **self.at(node))
        return self.call(node, "vector", made)

    def on_call(self, node: s.Call) -> ast.expr:
        function = node.function
        if isinstance(function, s.Name) and _makes_layer(node, function.name):
            return self.row(node, [node], [])
        arguments = [self.expression(argument) for argument in node.arguments]
        keywords = []
        for keyword in node.keywords:
            words = isinstance(function, s.Name) and function.name in BUILTINS
            value = self.option(keyword) if words else self.expression(keyword.value)
            # A name that nothing takes is marked, so that Python turns down no more than that.
            arg = keyword.name if keyword.name in ARGUMENT_NAMES else spelled(keyword.name)
            keywords.append(ast.keyword(arg=arg, value=value, **self.at(keyword)))
        called = self.expression(function)
        if not (isinstance(function, s.Name) and function.name in BUILTINS):
            called = self.call(node, "performer" if id(node) in self.loose else "callee", called)
        return ast.Call(func=called, args=arguments, keywords=keywords, **self.at(node))

    def on_index(self, node: s.Index) -> ast.expr:
        return self.call(node, "index", self.expression(node.base), self.expression(node.index))

    def on_slice(self, node: s.Slice) -> ast.expr:
        ends = [
            self.expression(end) if end else self.constant(node, None)
            for end in (node.start, node.stop)
        ]
        return self.call(node, "cut", self.expression(node.base), *ends)

    def on_unary(self, node: s.Unary) -> ast.expr:
        operand = self.expression(node.operand)
        if node.operator == "+":
            return self.call(node, "plus", operand)
        return ast.UnaryOp(op=ast.USub(), operand=operand, **self.at(node))

    def on_binary(self, node: s.Binary) -> ast.expr:
        left, right = node.left, node.right
        if node.operator in OF_COUNTS and is_whole(left) is not is_whole(right):
            return self.combined(node, node.operator, self.beside(left), self.beside(right))
        return self.combined(node, node.operator, self.expression(left), self.expression(right))

    def beside(self, node: s.Expression) -> ast.expr:
        """An operand of `+ - * %`; whole numbers that are written out are counts beside a count."""
        if not is_whole(node):
            return self.expression(node)
        if isinstance(node, s.Number):
            return self.constant(node, node.whole)
        if isinstance(node, s.Unary):
            operand = self.beside(node.operand)
            return ast.UnaryOp(op=_SIGNS[node.operator](), operand=operand, **self.at(node))
        assert isinstance(node, s.Binary)
        return self.combined(node, node.operator, self.beside(node.left), self.beside(node.right))

    def combined(self, node: s.Node, sign: str, left: ast.expr, right: ast.expr) -> ast.expr:
        """`left sign right`"""
        if sign in _OPERATORS:
            operator = _OPERATORS[sign]()
            return ast.BinOp(left=left, op=operator, right=right, **self.at(node))
        return self.call(node, _HELPERS[sign], left, right)

    def on_compare(self, node: s.Compare) -> ast.expr:
        operands = [self.expression(operand) for operand in node.operands]
        if len(operands) == 2 and node.operators[0] in _ORDERS:
            order = _ORDERS[node.operators[0]]()
            return ast.Compare(
                left=operands[0], ops=[order], comparators=operands[1:], **self.at(node)
            )
        operators = self.constant(node, tuple(node.operators))
        return self.call(node, "compare", operators, *operands)

    def on_logic(self, node: s.Logic) -> ast.expr:
        operator = ast.And() if node.operator == "and" else ast.Or()
        sides = [self.condition(node.left), self.condition(node.right)]
        return ast.BoolOp(op=operator, values=sides, **self.at(node))

    def on_not(self, node: s.Not) -> ast.expr:
        return ast.UnaryOp(op=ast.Not(), operand=self.condition(node.operand), **self.at(node))

    def condition(self, node: s.Expression) -> ast.expr:
        """An expression that must be a boolean; the check is left out where it cannot fail."""
        lowered = self.expression(node)
        if isinstance(node, s.Compare | s.Logic | s.Not | s.Boolean):
            return lowered
        return self.call(node, "truth", lowered)

    def on_choice(self, node: s.Choice) -> ast.expr:
        return ast.IfExp(
            test=self.condition(node.condition),
            body=self.expression(node.then),
            orelse=self.expression(node.otherwise),
            **self.at(node),
        )

    def on_grad(self, node: s.Grad) -> ast.expr:
        operand = self.expression(node.operand)
        if isinstance(node.operand, s.Name) and not self.is_local(node.operand.name):
            name = self.constant(node, node.operand.name)
            shown = self.constant(node, id(node) in self.shown)
            return self.call(node, "grad_of", operand, name, shown)
        return self.call(node, "gradient", operand)


def shape_of(targets: s.Targets) -> tuple[Any, ...]:
    """How values are unpacked: None for each name, for a pattern a shape of its own."""
    return tuple(
        shape_of(target.targets) if isinstance(target, s.Pattern) else None for target in targets
    )


def is_whole(node: s.Expression) -> bool:
    """Whether it is a whole number that is written out: `2`, `-1`, `2*3`."""
    waiting: list[s.Expression] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, s.Unary):
            waiting.append(part.operand)
        elif isinstance(part, s.Binary) and part.operator in OF_COUNTS:
            waiting += [part.left, part.right]
        elif not (isinstance(part, s.Number) and part.whole is not None):
            return False
    return True


def _makes_layer(node: s.Call, name: str) -> bool:
    """Whether a call such as `leaky_relu(slope=0.1)` makes a layer, not a number."""
    builtin = BUILTINS.get(name)
    if builtin is None or builtin.group != "layer":
        return False
    return not (builtin.on_values and node.arguments)


def python_parameters(names: tuple[str, ...], at: dict[str, Any] | None = None) -> ast.arguments:
    return ast.arguments(
        posonlyargs=[],
        args=[ast.arg(arg=spelled(name), annotation=None, **(at or {})) for name in names],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
