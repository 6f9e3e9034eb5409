"""From the syntax tree to Python code.

Each top-level statement becomes one Python function. The names of the program are the globals of
that function, predefined names its builtins, so Python's own look-up order does what the language
wants: a user's `sum` hides the built-in one until it is deleted.

Every node of the Python tree gets for its line number the number of the syntax node it came from.
When something goes wrong, the line number of the traceback therefore leads straight to the place in
the source, at no cost while nothing does. Names of the program and helpers are spelled as nobody
can write them (`.x`, `$divide`), see minitorch_shell/lowering/spelling.py.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from grammar import syntax as s
from grammar.source import Source
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.catalogue.commands import COMMANDS
from minitorch_shell.lowering.expressions import (
    OF_COUNTS,
    ExpressionLowering,
    python_parameters,
    shape_of,
)
from minitorch_shell.lowering.spelling import spelled
from minitorch_shell.lowering.unit import Unit
from minitorch_shell.problems.trouble import Trouble


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


def _is_layer(node: s.Expression) -> bool:
    """Whether it looks like a layer with weights: `linear(2,3)`."""
    if not isinstance(node, s.Call) or not isinstance(node.function, s.Name):
        return False
    builtin = BUILTINS.get(node.function.name)
    return builtin is not None and builtin.group == "layer" and not builtin.on_values


class _Lowering(ExpressionLowering):
    def module(self, statement: s.Statement) -> ast.Module:
        body = self.statement(statement)
        at = self.at(statement)
        if self.bound:
            body.insert(0, ast.Global(names=sorted(map(spelled, self.bound)), **at))
        return ast.Module(body=[self.def_("$statement", (), body, statement)], type_ignores=[])

    def def_(
        self, name: str, parameters: tuple[str, ...], body: list[ast.stmt], node: s.Node
    ) -> ast.FunctionDef:
        """A function of Python."""
        at = self.at(node)
        made = ast.FunctionDef(
            name=name, args=python_parameters(parameters, at), body=body, decorator_list=[], **at
        )
        if "type_params" in ast.FunctionDef._fields:  # from Python 3.12 on
            made.type_params = []  # type: ignore[attr-defined]
        return made

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

    def round(self, node: s.Block) -> list[ast.stmt]:
        """The body of a loop, which looks first whether the program is asked to stop."""
        stop = self.do(node, self.call(node, "stop"))
        wish = ast.Name(id="$stopped", ctx=ast.Load(), **self.at(node))
        look = ast.If(test=wish, body=[stop], orelse=[], **self.at(node))
        return [look, *self.block(node)]

    def do_expressionstatement(self, node: s.ExpressionStatement) -> ast.stmt:
        self.shown.add(id(node.value))
        self.loose.add(id(node.value))
        return self.do(node, self.call(node, "emit", self.value(node.value)))

    def do_bind(self, node: s.Bind) -> list[ast.stmt]:
        value = self.value(node.value)
        body: list[ast.stmt]
        name = node.targets[0]
        if len(node.targets) > 1 or isinstance(name, s.Pattern):
            at = self.at(node)
            shape = self.constant(node, shape_of(node.targets))
            for part in s.names_in(node.targets):
                self.binds(part.name)
            targets = self.stores(node, node.targets)
            unpacked = self.call(node, "bind_all", value, shape)
            body = [ast.Assign(targets=[targets], value=unpacked, **at)]
        else:
            body = [self.assign(name, self.rebound(node, name, value))]
            items = node.value.items if isinstance(node.value, s.ListOf) else []
            if any(map(_is_layer, items)) and not self.functions:
                text = self.constant(name, name.name)
                body.append(self.do(node, self.call(node, "layers_in_list", text)))
        body.extend(self.told(s.names_in(node.targets)))
        return body

    def do_bindelement(self, node: s.BindElement) -> list[ast.stmt]:
        """`xs[i] = value`: the places are computed once, before the value."""
        at = self.at(node)
        path: list[ast.expr] = []
        body: list[ast.stmt] = []
        base: s.Expression = node.target
        while isinstance(base, s.Index):
            place = f"$place{len(path)}"
            store = ast.Name(id=place, ctx=ast.Store(), **at)
            body.insert(0, ast.Assign(targets=[store], value=self.expression(base.index), **at))
            path.insert(0, ast.Name(id=place, ctx=ast.Load(), **at))
            base = base.base
        places = self.tuple_(node, path)
        value = self.beside(node.value) if node.operator in OF_COUNTS else self.value(node.value)
        if node.operator:
            old = self.call(node, "element_of", self.name(node.name), places)
            value = self.combined(node, node.operator, old, value)
        made = self.call(node, "with_element", self.name(node.name), places, value)
        return [*body, self.assign(node.name, made), *self.told([node.name])]

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
        if self.functions or names - {name.name} - set(BUILTINS):
            return self.call(node, "leaf", value)  # a sum that grows, `total = total + loss`
        text = self.constant(node, name.name)
        return self.call(node, "rebind", text, self.name(name), value)

    def told(self, names: Iterable[s.Name]) -> list[ast.stmt]:
        """Tell the session of new names: that one hides a built-in, and when it was made."""
        told: list[ast.stmt] = []
        for name in names if not self.functions else ():
            if name.name in BUILTINS:
                text = self.constant(name, name.name)
                told.append(self.do(name, self.call(name, "hides", text)))
            elif self.depth == 0:
                text = self.constant(name, name.name)
                told.append(self.do(name, self.call(name, "made", text)))
        return told

    def do_define(self, node: s.Define) -> list[ast.stmt]:
        parameters = tuple(parameter.name for parameter in node.parameters)
        before: list[ast.stmt] = []
        code: ast.expr
        if isinstance(node.body, s.Block) or node.where:
            before = [self.def_("$code", parameters, self.function_body(node), node)]
            code = ast.Name(id="$code", ctx=ast.Load(), **self.at(node))
        else:
            self.locals.append(set(parameters))
            self.loose.add(id(node.body))
            code = self.lambda_(node, self.value(node.body), parameters)
            self.locals.pop()
        made = self.call(
            node,
            "function",
            self.constant(node, node.name.name),
            self.constant(node, parameters),
            code,
            self.constant(node, self.unit.source.slice(node.place)),
        )
        return [*before, self.assign(node.name, made), *self.told([node.name])]

    def function_body(self, node: s.Define) -> list[ast.stmt]:
        """The body of a function that has names of its own: they are Python's locals."""
        own = set(s.own_names(node))
        self.locals.append(own.union(parameter.name for parameter in node.parameters))
        self.functions.append(own)
        body = [part for bind in node.where for part in self.do_bind(bind)]
        if isinstance(node.body, s.Block):
            body += self.ending(node.body)
        else:
            body.append(self.returned(node, node.body))
        self.functions.pop()
        self.locals.pop()
        return body

    def ending(self, node: s.Block) -> list[ast.stmt]:
        """A block at the end of a function: its last statement gives the value."""
        if not node.statements:
            return [ast.Pass(**self.at(node))]
        *first, last = node.statements
        body = [part for statement in first for part in self.statement(statement)]
        if isinstance(last, s.ExpressionStatement):
            body.append(self.returned(last, last.value))
        elif isinstance(last, s.If):
            body.append(self.if_(last, self.ending))
        else:
            body += self.statement(last)
        return body

    def do_return(self, node: s.Return) -> ast.stmt:
        return self.returned(node, node.value)

    def returned(self, node: s.Node, value: s.Expression | None) -> ast.stmt:
        if value is None:
            return ast.Return(value=None, **self.at(node))
        self.loose.add(id(value))
        return ast.Return(value=self.value(value), **self.at(node))

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
        body = self.round(node.body)
        counter = ast.Name(id="$round", ctx=ast.Store(), **at)
        return ast.For(target=counter, iter=rounds, body=body, orelse=[], **at)

    def do_for(self, node: s.For) -> ast.stmt:
        target, iterator = self.loop(node, node.targets, node.source)
        for name in s.names_in(node.targets):
            self.binds(name.name)
        body = self.round(node.body)
        return ast.For(target=target, iter=iterator, body=body, orelse=[], **self.at(node))

    def do_while(self, node: s.While) -> ast.stmt:
        condition = self.condition(node.condition)
        return ast.While(test=condition, body=self.round(node.body), orelse=[], **self.at(node))

    def do_if(self, node: s.If) -> ast.stmt:
        return self.if_(node, self.block)

    def if_(self, node: s.If, inner: Callable[[s.Block], list[ast.stmt]]) -> ast.stmt:
        orelse = inner(node.otherwise) if node.otherwise else []
        for condition, block in reversed(node.branches):
            test, body = self.condition(condition), inner(block)
            orelse = [ast.If(test=test, body=body, orelse=orelse, **self.at(condition))]
        return orelse[0]

    def do_break(self, node: s.Break) -> ast.stmt:
        return ast.Break(**self.at(node))

    def do_continue(self, node: s.Continue) -> ast.stmt:
        return ast.Continue(**self.at(node))

    def do_command(self, node: s.Command) -> ast.stmt:
        if node.word == "del" and self.functions:
            own = {word.text for word in node.operands if isinstance(word, s.Word)}
            if own <= self.locals[-1]:
                return self.delete(node)
        if node.word == "print":
            self.shown.update(map(id, node.operands))
        operands: list[ast.expr] = [self.value(operand) for operand in node.operands]
        if COMMANDS[node.word].node:
            operands.insert(0, self.node_number(node))
        call = self.call(node, node.word, *operands)
        call.keywords = [
            ast.keyword(arg=option.name, value=self.expression(option.value), **self.at(option))
            for option in node.options
        ]
        return self.do(node, call)

    def delete(self, node: s.Command) -> ast.stmt:
        """`del x` in a function, of its own names."""
        targets: list[ast.expr] = [
            ast.Name(id=spelled(word.text), ctx=ast.Del(), **self.at(word))
            for word in node.operands
            if isinstance(word, s.Word)
        ]
        return ast.Delete(targets=targets, **self.at(node))

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
        network: ast.expr = self.constant(node, None)
        if node.network:
            network = self.value(node.network)
        elif self.is_local("net"):
            network = self.name(s.Name(node.place, "net"))
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

    def do_time(self, node: s.Time) -> list[ast.stmt]:
        at = self.at(node)
        clock = ast.Name(id="$started", ctx=ast.Store(), **at)
        start = ast.Assign(targets=[clock], value=self.call(node, "clock"), **at)
        end = self.do(node, self.call(node, "took", ast.Name(id="$started", ctx=ast.Load(), **at)))
        return [start, *self.statement(node.statement), end]

    def do_import(self, node: s.Import) -> ast.stmt:
        file = self.constant(node, self.unit.source.name)
        return self.do(node, self.call(node, "import", self.expression(node.path), file))
