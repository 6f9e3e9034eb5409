"""The syntax tree: what a program says, every node with its place in the source.

Nodes are compared by what they say, not by where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from grammar.source import Span


@dataclass(slots=True, eq=False, repr=False)
class Node:
    place: Span = field(compare=False, repr=False)

    # Once for all kinds: methods made by `dataclass` for each would double the time of the import.
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(
            getattr(self, part.name) == getattr(other, part.name)
            for part in fields(self)
            if part.compare
        )

    def __repr__(self) -> str:
        parts = (f"{p.name}={getattr(self, p.name)!r}" for p in fields(self) if p.repr)
        return f"{type(self).__name__}({', '.join(parts)})"


# ---------------------------------------------------------------- expressions


@dataclass(slots=True, eq=False, repr=False)
class Expression(Node):
    pass


@dataclass(slots=True, eq=False, repr=False)
class Number(Expression):
    value: float


@dataclass(slots=True, eq=False, repr=False)
class String(Expression):
    value: str


@dataclass(slots=True, eq=False, repr=False)
class Boolean(Expression):
    value: bool


@dataclass(slots=True, eq=False, repr=False)
class Name(Expression):
    name: str


@dataclass(slots=True, eq=False, repr=False)
class Hole(Expression):
    """The `?` of `linear(5, ?)`: a width to be filled in from its neighbours."""


@dataclass(slots=True, eq=False, repr=False)
class ListOf(Expression):
    items: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class ForClause(Node):
    targets: list[Name]
    source: Expression


@dataclass(slots=True, eq=False, repr=False)
class IfClause(Node):
    condition: Expression


@dataclass(slots=True, eq=False, repr=False)
class Comprehension(Expression):
    """`[element for x in xs if c]`; also the bracketless argument of `sum(p^2 for p in ps)`."""

    element: Expression
    clauses: list[ForClause | IfClause]
    bare: bool = False  # without brackets of its own, as the one argument of a call


@dataclass(slots=True, eq=False, repr=False)
class Keyword(Node):
    """A named argument of a call or an option of a command: `noise=0.1`."""

    name: str
    name_place: Span = field(compare=False, repr=False)
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Call(Expression):
    function: Expression
    arguments: list[Expression]
    keywords: list[Keyword]


@dataclass(slots=True, eq=False, repr=False)
class Index(Expression):
    base: Expression
    index: Expression


@dataclass(slots=True, eq=False, repr=False)
class Slice(Expression):
    base: Expression
    start: Expression | None
    stop: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Unary(Expression):
    operator: str
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Binary(Expression):
    """`+ - * / @ ^` (`**` is read as `^`)."""

    operator: str
    left: Expression
    right: Expression
    operator_place: Span = field(compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False)
class Compare(Expression):
    """A chain: `a < b <= c` has two operators and three operands."""

    operands: list[Expression]
    operators: list[str]


@dataclass(slots=True, eq=False, repr=False)
class Logic(Expression):
    """`and`, `or`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False, repr=False)
class Not(Expression):
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Choice(Expression):
    then: Expression
    condition: Expression
    otherwise: Expression


@dataclass(slots=True, eq=False, repr=False)
class Grad(Expression):
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Row(Expression):
    """Layers side by side: `linear(5,4) relu linear(4,1)`."""

    elements: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class With(Expression):
    """A row of layers with options: `... with init=kaiming seed=7`."""

    network: Expression
    options: list[Keyword]


# ---------------------------------------------------------------- statements


@dataclass(slots=True, eq=False, repr=False)
class Statement(Node):
    pass


@dataclass(slots=True, eq=False, repr=False)
class Block(Node):
    statements: list[Statement]


@dataclass(slots=True, eq=False, repr=False)
class ExpressionStatement(Statement):
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Bind(Statement):
    """`x = value`; several targets unpack."""

    targets: list[Name]
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Define(Statement):
    """`f(x, y) = body`"""

    name: Name
    parameters: list[Name]
    body: Expression


@dataclass(slots=True, eq=False, repr=False)
class Augment(Statement):
    """`x += value`"""

    target: Name
    operator: str
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Update(Statement):
    """`w := value`"""

    target: Expression
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Repeat(Statement):
    count: Expression
    body: Block


@dataclass(slots=True, eq=False, repr=False)
class For(Statement):
    targets: list[Name]
    source: Expression
    body: Block


@dataclass(slots=True, eq=False, repr=False)
class While(Statement):
    condition: Expression
    body: Block


@dataclass(slots=True, eq=False, repr=False)
class If(Statement):
    """The conditions in order, each with its block, and the last `else` if there is one."""

    branches: list[tuple[Expression, Block]]
    otherwise: Block | None


@dataclass(slots=True, eq=False, repr=False)
class Break(Statement):
    pass


@dataclass(slots=True, eq=False, repr=False)
class Continue(Statement):
    pass


@dataclass(slots=True, eq=False, repr=False)
class Backward(Statement):
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Zero(Statement):
    values: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class Print(Statement):
    values: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class Train(Statement):
    """`train [NET on] DATA option=value ...`"""

    network: Expression | None
    data: Expression
    options: list[Keyword]


@dataclass(slots=True, eq=False, repr=False)
class Test(Statement):
    network: Expression | None
    data: Expression
    options: list[Keyword]


@dataclass(slots=True, eq=False, repr=False)
class Show(Statement):
    value: Expression
    compiled: bool


@dataclass(slots=True, eq=False, repr=False)
class Seed(Statement):
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Step(Statement):
    optimizers: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class Save(Statement):
    value: Expression
    path: Expression


@dataclass(slots=True, eq=False, repr=False)
class Export(Statement):
    value: Expression
    path: Expression
    form: Name | None


@dataclass(slots=True, eq=False, repr=False)
class Import(Statement):
    path: Expression


@dataclass(slots=True, eq=False, repr=False)
class Set(Statement):
    setting: Name
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Time(Statement):
    statement: Statement


@dataclass(slots=True, eq=False, repr=False)
class Assert(Statement):
    condition: Expression
    message: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Del(Statement):
    names: list[Name]


@dataclass(slots=True, eq=False, repr=False)
class Vars(Statement):
    pass


@dataclass(slots=True, eq=False, repr=False)
class Help(Statement):
    topic: str


@dataclass(slots=True, eq=False, repr=False)
class Undo(Statement):
    count: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Redo(Statement):
    count: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class History(Statement):
    pass


@dataclass(slots=True, eq=False, repr=False)
class Program(Node):
    statements: list[Statement]


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node, in the order of the source."""
    for item in fields(node):
        yield from _nodes_in(getattr(node, item.name))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, list | tuple) and not isinstance(value, Span):
        for part in value:
            yield from _nodes_in(part)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, parents first, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(list(children(current))))
