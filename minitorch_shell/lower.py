"""From the syntax tree to Python code.

Each top-level statement becomes one Python function. The names of the program are the globals of
that function, predefined names its builtins, so Python's own look-up order does what the language
wants: a user's `sum` hides the built-in one until it is deleted.

Every node of the Python tree gets for its line number the number of the syntax node it came from.
When something goes wrong, the line number of the traceback therefore leads straight to the place in
the source, at no cost while nothing does. Helpers have names no program can write (`$divide`).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.builtins import BUILTINS
from minitorch_shell.layers import PLANS
from minitorch_shell.trouble import Trouble


@dataclass(slots=True)
class Unit:
    """One compiled top-level statement: its code, and the node behind each line number."""

    source: Source
    nodes: list[s.Node]
    code: CodeType | None = None
    builtins: set[str] = field(default_factory=set)  # the predefined names it uses

    def node(self, line: int) -> s.Node:
        return self.nodes[min(line, len(self.nodes) - 1)]


_OPERATORS: dict[str, type[ast.operator]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "@": ast.MatMult,
}
_ORDERS: dict[str, type[ast.cmpop]] = {"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}

# Options whose value is a word of a list and never a variable.
WORD_OPTIONS = frozenset(["loss", "optimizer", "init", "batch", "labels", "inputs", "target"])


def lower(statement: s.Statement, source: Source, filename: str) -> Unit:
    """Compile one top-level statement; the code, when run, defines the function `$statement`.

    Raises Trouble when an expression is nested too deeply for Python's compiler.
    """
    unit = Unit(source, [statement])
    try:
        tree = _Lowering(unit).module(statement)
        unit.code = compile(tree, filename, "exec")
    except (RecursionError, MemoryError, SyntaxError):
        # SyntaxError: Python nests at most 20 loops, and has a limit for brackets of its own.
        raise Trouble(
            "MT702",
            "this statement is nested too deeply",
            node=statement,
            help="give inner parts names of their own; loops go at most 20 deep",
        ) from None
    return unit


class _Lowering:
    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.locals: list[set[str]] = []  # parameters and comprehension variables in scope
        self.bound: set[str] = set()  # the names that the statement binds
        self.depth = 0  # of blocks, for what only holds at the top

    def module(self, statement: s.Statement) -> ast.Module:
        body = self.statement(statement)
        at = self.at(statement)
        if self.bound:
            body.insert(0, ast.Global(names=sorted(self.bound), **at))
        function = ast.FunctionDef(
            name="$statement", args=_parameters(()), body=body, decorator_list=[], **at
        )
        if "type_params" in ast.FunctionDef._fields:  # from Python 3.12 on
            function.type_params = []  # type: ignore[attr-defined]
        return ast.Module(body=[function], type_ignores=[])

    def at(self, node: s.Node) -> dict[str, Any]:
        """The position fields that make a Python node point to `node`."""
        nodes = self.unit.nodes
        nodes.append(node)
        line = len(nodes) - 1
        return {"lineno": line, "col_offset": 0, "end_lineno": line, "end_col_offset": 0}

    # ------------------------------------------------------------ small parts

    def call(self, node: s.Node, helper: str, *arguments: ast.expr) -> ast.Call:
        """A call of the helper `$helper`."""
        at = self.at(node)
        function = ast.Name(id=f"${helper}", ctx=ast.Load(), **at)
        return ast.Call(func=function, args=list(arguments), keywords=[], **at)

    def constant(self, node: s.Node, value: object) -> ast.Constant:
        return ast.Constant(value=value, **self.at(node))  # type: ignore[arg-type]

    def tuple_(self, node: s.Node, items: list[ast.expr]) -> ast.Tuple:
        return ast.Tuple(elts=items, ctx=ast.Load(), **self.at(node))

    def lambda_(self, node: s.Node, body: ast.expr, parameters: tuple[str, ...] = ()) -> ast.Lambda:
        return ast.Lambda(args=_parameters(parameters, self.at(node)), body=body, **self.at(node))

    def do(self, node: s.Node, call: ast.expr) -> ast.Expr:
        return ast.Expr(value=call, **self.at(node))

    def node_number(self, node: s.Node) -> ast.Constant:
        """The number under which a helper finds `node` again in `unit.nodes`."""
        self.unit.nodes.append(node)
        return self.constant(node, len(self.unit.nodes) - 1)

    def store(self, name: s.Name) -> ast.Name:
        self.bound.add(name.name)
        return ast.Name(id=name.name, ctx=ast.Store(), **self.at(name))

    def assign(self, name: s.Name, value: ast.expr) -> ast.Assign:
        return ast.Assign(targets=[self.store(name)], value=value, **self.at(name))

    # ------------------------------------------------------------ statements

    def statement(self, node: s.Statement) -> list[ast.stmt]:
        method = getattr(self, f"do_{type(node).__name__.lower()}")
        result = method(node)
        return result if isinstance(result, list) else [result]

    def block(self, node: s.Block) -> list[ast.stmt]:
        self.depth += 1
        body = [part for statement in node.statements for part in self.statement(statement)]
        self.depth -= 1
        return body or [ast.Pass(**self.at(node))]

    def do_expressionstatement(self, node: s.ExpressionStatement) -> ast.stmt:
        return self.do(node, self.call(node, "emit", self.value(node.value)))

    def do_bind(self, node: s.Bind) -> list[ast.stmt]:
        value = self.value(node.value)
        if len(node.targets) > 1:
            at = self.at(node)
            count = self.constant(node, len(node.targets))
            targets = ast.Tuple(
                elts=[self.store(name) for name in node.targets], ctx=ast.Store(), **at
            )
            unpacked = self.call(node, "bind_all", value, count)
            body: list[ast.stmt] = [ast.Assign(targets=[targets], value=unpacked, **at)]
        else:
            name = node.targets[0]
            body = [self.assign(name, self.rebound(node, name, value))]
        body.extend(self.told(node.targets))
        return body

    def rebound(self, node: s.Bind, name: s.Name, value: ast.expr) -> ast.expr:
        """The value that `name = value` binds, with care where the old value is used in the new.

        A step along the own gradient, `w = w - 0.1*grad w`, gives a new leaf.
        """
        parts = list(s.walk(node.value))
        names = {part.name for part in parts if isinstance(part, s.Name)}
        if name.name not in names:
            return self.call(node, "leaf", value)
        if any(isinstance(part, s.Grad) and part.operand == name for part in parts):
            return self.call(node, "new_leaf", value)
        if names - {name.name} - set(BUILTINS):
            return self.call(node, "leaf", value)  # a sum that grows, `total = total + loss`
        text = self.constant(node, name.name)
        return self.call(node, "rebind", text, self.name(name), value)

    def told(self, names: list[s.Name]) -> list[ast.stmt]:
        """Tell the session of new names: that one hides a built-in, and when it was made."""
        told: list[ast.stmt] = []
        for name in names:
            if name.name in BUILTINS:
                text = self.constant(name, name.name)
                told.append(self.do(name, self.call(name, "hides", text)))
            elif self.depth == 0:
                text = self.constant(name, name.name)
                told.append(self.do(name, self.call(name, "made", text)))
        return told

    def do_define(self, node: s.Define) -> list[ast.stmt]:
        parameters = tuple(parameter.name for parameter in node.parameters)
        self.locals.append(set(parameters))
        body = self.value(node.body)
        self.locals.pop()
        made = self.call(
            node,
            "function",
            self.constant(node, node.name.name),
            self.constant(node, parameters),
            self.lambda_(node, body, parameters),
            self.constant(node, self.unit.source.slice(node.place)),
        )
        return [self.assign(node.name, made), *self.told([node.name])]

    def do_augment(self, node: s.Augment) -> list[ast.stmt]:
        value = s.Binary(node.place, node.operator, node.target, node.value, node.place)
        return self.do_bind(s.Bind(node.place, [node.target], value))

    def do_update(self, node: s.Update) -> ast.stmt:
        return self.do(
            node,
            self.call(node, "update", self.expression(node.target), self.expression(node.value)),
        )

    def do_repeat(self, node: s.Repeat) -> ast.stmt:
        at = self.at(node)
        rounds = self.call(node.count, "repetitions", self.expression(node.count))
        body = self.block(node.body)
        counter = ast.Name(id="$round", ctx=ast.Store(), **at)
        return ast.For(target=counter, iter=rounds, body=body, orelse=[], **at)

    def do_for(self, node: s.For) -> ast.stmt:
        target, iterator = self.loop(node, node.targets, node.source)
        self.bound.update(name.name for name in node.targets)
        body = self.block(node.body)
        return ast.For(target=target, iter=iterator, body=body, orelse=[], **self.at(node))

    def loop(
        self, node: s.Node, targets: list[s.Name], source: s.Expression
    ) -> tuple[ast.expr, ast.expr]:
        """Target and iterator of a loop or a comprehension."""
        value = self.expression(source)
        names: list[ast.expr] = [
            ast.Name(id=name.name, ctx=ast.Store(), **self.at(name)) for name in targets
        ]
        if len(names) == 1:
            return names[0], self.call(source, "iterate", value)
        count = self.constant(node, len(names))
        target = ast.Tuple(elts=names, ctx=ast.Store(), **self.at(node))
        return target, self.call(source, "iterate_unpacked", value, count)

    def do_while(self, node: s.While) -> ast.stmt:
        condition = self.condition(node.condition)
        return ast.While(test=condition, body=self.block(node.body), orelse=[], **self.at(node))

    def do_if(self, node: s.If) -> ast.stmt:
        orelse = self.block(node.otherwise) if node.otherwise else []
        for condition, block in reversed(node.branches):
            test, body = self.condition(condition), self.block(block)
            orelse = [ast.If(test=test, body=body, orelse=orelse, **self.at(condition))]
        return orelse[0]

    def do_break(self, node: s.Break) -> ast.stmt:
        return ast.Break(**self.at(node))

    def do_continue(self, node: s.Continue) -> ast.stmt:
        return ast.Continue(**self.at(node))

    def do_backward(self, node: s.Backward) -> ast.stmt:
        return self.do(node, self.call(node, "backward", self.expression(node.value)))

    def do_zero(self, node: s.Zero) -> ast.stmt:
        values = [self.expression(value) for value in node.values]
        return self.do(node, self.call(node, "zero", *values))

    def do_print(self, node: s.Print) -> ast.stmt:
        values = [self.value(value) for value in node.values]
        return self.do(node, self.call(node, "print", *values))

    def do_step(self, node: s.Step) -> ast.stmt:
        values = [self.expression(value) for value in node.optimizers]
        return self.do(node, self.call(node, "step", *values))

    def do_assert(self, node: s.Assert) -> ast.stmt:
        message = self.expression(node.message) if node.message else self.constant(node, None)
        condition = self.condition(node.condition)
        at = self.at(node)
        failed = self.do(node, self.call(node, "failed", self.node_number(node), message))
        inverse = ast.UnaryOp(op=ast.Not(), operand=condition, **at)
        return ast.If(test=inverse, body=[failed], orelse=[], **at)

    def do_train(self, node: s.Train | s.Test) -> ast.stmt:
        """`train` and `test`: what they are about, and the options as pairs of name and value."""
        command = type(node).__name__.lower()
        network = self.value(node.network) if node.network else self.constant(node, None)
        options = [
            self.tuple_(
                option,
                [self.constant(option, option.name), self.option(option),
                 self.node_number(option)],
            )
            for option in node.options
        ]  # fmt: skip
        return self.do(
            node,
            self.call(node, command, self.node_number(node), network, self.expression(node.data),
                      self.tuple_(node, list(options))),
        )  # fmt: skip

    do_test = do_train

    def option(self, option: s.Keyword) -> ast.expr:
        """The value of an option; a bare name is the word itself where words are expected."""
        if option.name in WORD_OPTIONS and isinstance(option.value, s.Name):
            return self.constant(option.value, option.value.name)
        return self.expression(option.value)

    def do_show(self, node: s.Show) -> ast.stmt:
        command = "show_compiled" if node.compiled else "show"
        text = self.constant(node, self.unit.source.slice(node.value.place))
        return self.do(node, self.call(node, command, self.value(node.value), text))

    def do_seed(self, node: s.Seed) -> ast.stmt:
        word = isinstance(node.value, s.Name) and node.value.name == "random"
        value = self.constant(node, None) if word else self.expression(node.value)
        return self.do(node, self.call(node, "seed", value))

    def do_time(self, node: s.Time) -> list[ast.stmt]:
        at = self.at(node)
        clock = ast.Name(id="$started", ctx=ast.Store(), **at)
        start = ast.Assign(targets=[clock], value=self.call(node, "clock"), **at)
        end = self.do(node, self.call(node, "took", ast.Name(id="$started", ctx=ast.Load(), **at)))
        return [start, *self.statement(node.statement), end]

    def do_del(self, node: s.Del) -> list[ast.stmt]:
        return [
            self.do(name, self.call(name, "delete", self.constant(name, name.name)))
            for name in node.names
        ]

    def do_vars(self, node: s.Vars) -> ast.stmt:
        return self.do(node, self.call(node, "vars"))

    def do_set(self, node: s.Set) -> ast.stmt:
        value = node.value
        word = isinstance(value, s.Name)
        lowered = (
            self.constant(value, value.name) if isinstance(value, s.Name)
            else self.expression(value)
        )  # fmt: skip
        name = self.constant(node.setting, node.setting.name)
        return self.do(node, self.call(node, "set", name, lowered, self.constant(node, word)))

    def do_save(self, node: s.Save) -> ast.stmt:
        parts = (self.expression(node.value), self.expression(node.path))
        return self.do(node, self.call(node, "save", *parts))

    def do_export(self, node: s.Export) -> ast.stmt:
        form = self.constant(node, node.form.name if node.form else None)
        parts = (self.expression(node.value), self.expression(node.path), form)
        return self.do(node, self.call(node, "export", *parts))

    def do_import(self, node: s.Import) -> ast.stmt:
        file = self.constant(node, self.unit.source.name)
        return self.do(node, self.call(node, "import", self.expression(node.path), file))

    def do_help(self, node: s.Help) -> ast.stmt:
        return self.do(node, self.call(node, "help", self.constant(node, node.topic)))

    def do_undo(self, node: s.Undo | s.Redo) -> ast.stmt:
        command = type(node).__name__.lower()
        count = self.expression(node.count) if node.count else self.constant(node, 1.0)
        return self.do(node, self.call(node, command, count))

    do_redo = do_undo

    def do_history(self, node: s.History) -> ast.stmt:
        return self.do(node, self.call(node, "history"))

    # ------------------------------------------------------------ expressions

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
            return ast.Name(id="$hole", ctx=ast.Load(), **self.at(node))
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

    def on_hole(self, node: s.Hole) -> ast.expr:
        return self.call(node, "open_width")

    def on_name(self, node: s.Name) -> ast.expr:
        return self.name(node)

    def name(self, node: s.Name) -> ast.Name:
        if node.name in BUILTINS and not any(node.name in scope for scope in self.locals):
            self.unit.builtins.add(node.name)
        return ast.Name(id=node.name, ctx=ast.Load(), **self.at(node))

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
                scope.update(name.name for name in clause.targets)
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
            keywords.append(ast.keyword(arg=keyword.name, value=value, **self.at(keyword)))
        called = self.expression(function)
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
        left, right = self.expression(node.left), self.expression(node.right)
        if node.operator in _OPERATORS:
            operator = _OPERATORS[node.operator]()
            return ast.BinOp(left=left, op=operator, right=right, **self.at(node))
        return self.call(node, "divide" if node.operator == "/" else "power", left, right)

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
        if isinstance(node.operand, s.Name):
            return self.call(node, "grad_of", operand, self.constant(node, node.operand.name))
        return self.call(node, "gradient", operand)


def _makes_layer(node: s.Call, name: str) -> bool:
    """Whether a call such as `leaky_relu(slope=0.1)` makes a layer, not a number."""
    if name in ("linear", "neuron", "dropout", "mlp"):
        return True
    return name in PLANS and not node.arguments


def _parameters(names: tuple[str, ...], at: dict[str, Any] | None = None) -> ast.arguments:
    return ast.arguments(
        posonlyargs=[],
        args=[ast.arg(arg=name, annotation=None, **(at or {})) for name in names],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
