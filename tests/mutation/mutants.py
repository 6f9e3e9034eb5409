"""The small mistakes that somebody could make in a source file: its mutants.

A mutant replaces one stretch of the text by another one. The operators are the usual ones of
mutation testing (DeMillo, Lipton and Sayward 1978; names as in PIT and cosmic-ray): arithmetic,
comparison and its boundary, conditions, constants, calls, statements, decorators, defaults.

Left out is what cannot change behaviour or dies at once: annotations and type aliases, imports,
docstrings, `__all__`, the names in `__slots__`, and the first assignment of a local name.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
COMPARISON: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
# f(x) -> x
UNWRAPPED = {"abs", "dict", "float", "int", "list", "reversed", "set", "tuple"}
# Swapped, these raise TypeError wherever they are called.
ORDERED = {"getattr", "hasattr", "isinstance", "issubclass", "setattr"}


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    `scope`      the function or class it is in, with dots; "" at the top of the module
    `lines`      the lines whose coverage says which tests can notice it
    `at_import`  whether the changed code runs while the module is imported, so that tests that
                 do not cover the lines may notice it too
    `before`, `after`   the lines it touches, each without its indentation
    `source`     the whole file with the change
    """

    file: str
    scope: str
    line: int
    lines: range
    at_import: bool
    operator: str
    before: str
    after: str
    source: str

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What still names it when lines above it come and go."""
        return self.file, self.scope, self.before, self.after


def mutants_of(file: str, text: str) -> list[Mutant]:
    """All mutants of a file, in the order of its lines; no change comes twice."""
    finder = _Finder(file, text)
    finder.visit(ast.parse(text))
    return sorted({mutant.source: mutant for mutant in finder.found}.values(), key=_place)


def unchanged(file: str, text: str) -> Mutant:
    """A file as it is, to be treated like a mutant: nothing may notice it."""
    return Mutant(file, "", 0, range(0), True, "no change", "", "", text)


def _place(mutant: Mutant) -> tuple[int, str, str]:
    return mutant.line, mutant.operator, mutant.after


class _Finder(ast.NodeVisitor):
    """Walks the tree and keeps the mutants it meets."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.source = text.encode()
        self.found: list[Mutant] = []
        self.starts = [0]
        for line in self.source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.scope: list[str] = []
        self.lines = range(0)
        self.at_import = True
        self.bound: set[str] = set()  # local names that have a value already
        self.last: ast.stmt | None = None  # the statement that ends the function

    # Making mutants

    def start(self, node: ast.AST) -> int:
        return self.starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        return self.starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def change(self, start: int, end: int, text: str, operator: str) -> None:
        source = self.source[:start] + text.encode() + self.source[end:]
        first = self.source.rfind(b"\n", 0, start) + 1
        tail = len(self.source) - (self.source + b"\n").find(b"\n", end)
        self.found.append(
            Mutant(
                file=self.file,
                scope=".".join(self.scope),
                line=self.source.count(b"\n", 0, start) + 1,
                lines=self.lines,
                at_import=self.at_import,
                operator=operator,
                before=_joined(self.source[first : len(self.source) - tail]),
                after=_joined(source[first : len(source) - tail]),
                source=source.decode(),
            )
        )

    def replace(self, node: ast.AST, by: ast.expr | str, operator: str) -> None:
        text = by if isinstance(by, str) else ast.unparse(by)
        if isinstance(by, ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp | ast.IfExp):
            text = f"({text})"
        self.change(self.start(node), self.end(node), text, operator)

    def delete(self, node: ast.stmt) -> None:
        self.change(self.start(node), self.end(node), "pass", "statement deleted")

    # Statements

    def visit(self, node: ast.AST) -> None:
        if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef | ast.ClassDef):
            super().visit(node)
            return
        outer = self.lines
        self.lines = range(node.lineno, _end_of_header(node) + 1)
        super().visit(node)
        self.lines = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outer = self.lines, self.at_import, self.bound
        self.lines, self.at_import = range(node.lineno, node.end_lineno + 1), True  # type: ignore[operator]
        self.scope.append(node.name)
        self.decorators(node)
        for statement in node.body:
            self.visit(statement)
        self.scope.pop()
        self.lines, self.at_import, self.bound = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if any(ast.unparse(decorator) == "overload" for decorator in node.decorator_list):
            return
        outer = self.lines, self.at_import, self.bound, self.last
        self.scope.append(node.name)
        self.lines = range(node.lineno, node.end_lineno + 1)  # type: ignore[operator]
        self.decorators(node)
        self.defaults(node.args)
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        self.bound = {argument.arg for argument in arguments}
        self.at_import, self.last = False, node.body[-1]
        for statement in node.body:
            self.visit(statement)
        self.scope.pop()
        self.lines, self.at_import, self.bound, self.last = outer

    def decorators(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            start = self.source.rfind(b"@", 0, self.start(decorator))
            self.change(start, self.end(decorator), "", "decorator removed")
            self.visit(decorator)

    def defaults(self, arguments: ast.arguments) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        pairs = list(zip(with_default, arguments.defaults, strict=True))[:1]
        for argument, default in [
            *pairs,
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]:
            if default is not None:
                self.change(self.end(argument), self.end(default), "", "default removed")
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self.visit(default)

    def visit_Import(self, node: ast.Import) -> None:
        pass

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        pass

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):  # a docstring, or the dots of a stub
            return
        self.delete(node)
        self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = [x.id for target in node.targets for x in _names(target)]
        if "__all__" in names:
            return
        if self.at_import and not self.scope and _is_type_alias(node.value):
            return
        local = [name for name in names if not self.at_import]
        stored = [x for target in node.targets for x in ast.walk(target) if _is_place(x)]
        if stored or (self.at_import and self.scope) or self.bound.intersection(local):
            self.delete(node)
        self.bound |= set(local)
        for target in node.targets:
            self.visit(target)
        if "__slots__" not in names:
            self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is None or ast.unparse(node.annotation) == "TypeAlias":
            return
        if isinstance(node.target, ast.Attribute) or (self.at_import and self.scope):
            self.delete(node)
        self.bound |= {name.id for name in _names(node.target) if not self.at_import}
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.delete(node)
        if type(node.op) in ARITHMETIC:
            changed = copy.copy(node)
            changed.op = ARITHMETIC[type(node.op)]()
            self.change(self.start(node), self.end(node), ast.unparse(changed), "arithmetic")
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node is not self.last:
            self.delete(node)
        if node.value is not None:
            if not _is_none(node.value):
                self.replace(node, "return None", "result is None")
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.delete(node)
        if isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            self.replace(node.exc.func, "RuntimeError", "exception")
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self.delete(node)

    def visit_Break(self, node: ast.Break) -> None:
        self.delete(node)

    def visit_If(self, node: ast.If) -> None:
        self.condition(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self.replace(node.test, "False", "condition")
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self.replace(node.iter, "()", "loop left out")
        self.bound |= {name.id for name in _names(node.target) if not self.at_import}
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.replace(node.type, "()", "exception")
            if isinstance(node.type, ast.Tuple):
                for left_out in node.type.elts:
                    kept = [kind for kind in node.type.elts if kind is not left_out]
                    self.replace(node.type, ast.Tuple(kept, ast.Load()), "exception")
        for statement in node.body:
            self.visit(statement)

    # Expressions

    def condition(self, test: ast.expr) -> None:
        self.replace(test, "True", "condition")
        self.replace(test, "False", "condition")

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.condition(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self.condition(test)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitOr):  # a union of types, as isinstance takes it
            self.replace(node, node.left, "union")
            self.replace(node, node.right, "union")
        elif type(node.op) in ARITHMETIC:
            changed = copy.copy(node)
            changed.op = ARITHMETIC[type(node.op)]()
            self.replace(node, changed, "arithmetic")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.replace(node, node.operand, "sign or not removed")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self.replace(node, ast.BoolOp(other, node.values), "and / or")
        for left_out in node.values:
            kept = [value for value in node.values if value is not left_out]
            self.replace(node, kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept), "and / or")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for place, operator in enumerate(node.ops):
            for other in COMPARISON[type(operator)]:
                changed = copy.copy(node)
                changed.ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                self.replace(node, changed, "comparison")
        for side in (node.left, *node.comparators):
            if not _is_none(side):
                self.visit(side)

    def visit_Constant(self, node: ast.Constant) -> None:
        for value in _other_constants(node.value):
            text = repr(value)
            self.replace(node, f"({text})" if text.startswith("-") else text, "constant")

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        for place, part in enumerate(node.values):
            rest = [*node.values[:place], *node.values[place + 1 :]]
            self.replace(node, ast.JoinedStr(rest), "part of a text left out")
            if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
                bare = ast.FormattedValue(part.value, part.conversion, None)
                parts = [*node.values[:place], bare, *node.values[place + 1 :]]
                self.replace(node, ast.JoinedStr(parts), "format left out")

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in UNWRAPPED and len(node.args) == 1 and not node.keywords:
            self.replace(node, node.args[0], "call unwrapped")
        if isinstance(node.func, ast.Attribute) and node.func.attr == "copy" and not node.args:
            self.replace(node, node.func.value, "call unwrapped")
        for first in range(len(node.args) - 1):
            left, right = node.args[first : first + 2]
            starred = isinstance(left, ast.Starred) or isinstance(right, ast.Starred)
            if name not in ORDERED and not starred and ast.unparse(left) != ast.unparse(right):
                swapped = [*node.args[:first], right, left, *node.args[first + 2 :]]
                self.replace(node, ast.Call(node.func, swapped, node.keywords), "arguments swapped")
        for keyword in node.keywords:
            kept = [other for other in node.keywords if other is not keyword]
            self.replace(node, ast.Call(node.func, node.args, kept), "argument left out")
        self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        outer, self.at_import = self.at_import, False
        if not _is_none(node.body):
            self.replace(node.body, "None", "result is None")
        self.visit(node.body)
        self.at_import = outer


def _joined(lines: bytes) -> str:
    return " ".join(line.strip() for line in lines.decode().splitlines())


def _end_of_header(statement: ast.stmt) -> int:
    """The last line of a statement; of a compound one, the last before its block."""
    body = getattr(statement, "body", None)
    return body[0].lineno - 1 if body else statement.end_lineno  # type: ignore[return-value]


def _names(target: ast.expr) -> Iterator[ast.Name]:
    return (x for x in ast.walk(target) if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store))


def _is_place(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_type_alias(value: ast.expr) -> bool:
    union = isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)
    return union or isinstance(value, ast.Subscript)


def _other_constants(value: object) -> list[object]:
    """The next numbers on both sides, the other truth value, no text for a text."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, float):
        return [value + 1, value - 1] if value == int(value) else [value * 2, value / 2]
    if isinstance(value, str):
        return [""] if value else ["XX"]
    return [0.0] if value is None else []
