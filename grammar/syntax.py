"""The syntax tree: what a program says, every node with its place in the source.

Nodes are compared by what they say, not by where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from grammar.source import Span


@dataclass(slots=True)
class Node:
    place: Span = field(compare=False, repr=False)


# ---------------------------------------------------------------- expressions


@dataclass(slots=True)
class Expression(Node):
    pass


@dataclass(slots=True)
class Number(Expression):
    value: float


@dataclass(slots=True)
class String(Expression):
    value: str


@dataclass(slots=True)
class Boolean(Expression):
    value: bool


@dataclass(slots=True)
class Name(Expression):
    name: str


@dataclass(slots=True)
class Hole(Expression):
    """The `?` of `linear(5, ?)`: a width to be filled in from its neighbours."""


@dataclass(slots=True)
class ListOf(Expression):
    items: list[Expression]


@dataclass(slots=True)
class ForClause(Node):
    targets: list[Name]
    source: Expression


@dataclass(slots=True)
class IfClause(Node):
    condition: Expression


@dataclass(slots=True)
class Comprehension(Expression):
    """`[element for x in xs if c]`; also the bracketless argument of `sum(p^2 for p in ps)`."""

    element: Expression
    clauses: list[ForClause | IfClause]
    bare: bool = False  # without brackets of its own, as the one argument of a call


@dataclass(slots=True)
class Keyword(Node):
    """A named argument of a call or an option of a command: `noise=0.1`."""

    name: str
    name_place: Span = field(compare=False, repr=False)
    value: Expression


@dataclass(slots=True)
class Call(Expression):
    function: Expression
    arguments: list[Expression]
    keywords: list[Keyword]


@dataclass(slots=True)
class Index(Expression):
    base: Expression
    index: Expression


@dataclass(slots=True)
class Slice(Expression):
    base: Expression
    start: Expression | None
    stop: Expression | None


@dataclass(slots=True)
class Unary(Expression):
    operator: str
    operand: Expression


@dataclass(slots=True)
class Binary(Expression):
    """`+ - * / @ ^` (`**` is read as `^`)."""

    operator: str
    left: Expression
    right: Expression
    operator_place: Span = field(compare=False, repr=False)


@dataclass(slots=True)
class Compare(Expression):
    """A chain: `a < b <= c` has two operators and three operands."""

    operands: list[Expression]
    operators: list[str]


@dataclass(slots=True)
class Logic(Expression):
    """`and`, `or`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True)
class Not(Expression):
    operand: Expression


@dataclass(slots=True)
class Choice(Expression):
    then: Expression
    condition: Expression
    otherwise: Expression


@dataclass(slots=True)
class Grad(Expression):
    operand: Expression


@dataclass(slots=True)
class Row(Expression):
    """Layers side by side: `linear(5,4) relu linear(4,1)`."""

    elements: list[Expression]


@dataclass(slots=True)
class With(Expression):
    """A row of layers with options: `... with init=kaiming seed=7`."""

    network: Expression
    options: list[Keyword]


# ---------------------------------------------------------------- statements


@dataclass(slots=True)
class Statement(Node):
    pass


@dataclass(slots=True)
class Block(Node):
    statements: list[Statement]


@dataclass(slots=True)
class ExpressionStatement(Statement):
    value: Expression


@dataclass(slots=True)
class Bind(Statement):
    """`x = value`; several targets unpack."""

    targets: list[Name]
    value: Expression


@dataclass(slots=True)
class Define(Statement):
    """`f(x, y) = body`"""

    name: Name
    parameters: list[Name]
    body: Expression


@dataclass(slots=True)
class Augment(Statement):
    """`x += value`"""

    target: Name
    operator: str
    value: Expression


@dataclass(slots=True)
class Update(Statement):
    """`w := value`"""

    target: Expression
    value: Expression


@dataclass(slots=True)
class Repeat(Statement):
    count: Expression
    body: Block


@dataclass(slots=True)
class For(Statement):
    targets: list[Name]
    source: Expression
    body: Block


@dataclass(slots=True)
class While(Statement):
    condition: Expression
    body: Block


@dataclass(slots=True)
class If(Statement):
    """The conditions in order, each with its block, and the last `else` if there is one."""

    branches: list[tuple[Expression, Block]]
    otherwise: Block | None


@dataclass(slots=True)
class Break(Statement):
    pass


@dataclass(slots=True)
class Continue(Statement):
    pass


@dataclass(slots=True)
class Backward(Statement):
    value: Expression


@dataclass(slots=True)
class Zero(Statement):
    values: list[Expression]


@dataclass(slots=True)
class Print(Statement):
    values: list[Expression]


@dataclass(slots=True)
class Train(Statement):
    """`train [NET on] DATA option=value ...`"""

    network: Expression | None
    data: Expression
    options: list[Keyword]


@dataclass(slots=True)
class Test(Statement):
    network: Expression | None
    data: Expression
    options: list[Keyword]


@dataclass(slots=True)
class Show(Statement):
    value: Expression
    compiled: bool


@dataclass(slots=True)
class Seed(Statement):
    value: Expression


@dataclass(slots=True)
class Step(Statement):
    optimizers: list[Expression]


@dataclass(slots=True)
class Save(Statement):
    value: Expression
    path: Expression


@dataclass(slots=True)
class Export(Statement):
    value: Expression
    path: Expression
    form: Name | None


@dataclass(slots=True)
class Import(Statement):
    path: Expression


@dataclass(slots=True)
class Set(Statement):
    setting: Name
    value: Expression


@dataclass(slots=True)
class Time(Statement):
    statement: Statement


@dataclass(slots=True)
class Assert(Statement):
    condition: Expression
    message: Expression | None


@dataclass(slots=True)
class Del(Statement):
    names: list[Name]


@dataclass(slots=True)
class Vars(Statement):
    pass


@dataclass(slots=True)
class Help(Statement):
    topic: str


@dataclass(slots=True)
class Undo(Statement):
    count: Expression | None


@dataclass(slots=True)
class Redo(Statement):
    count: Expression | None


@dataclass(slots=True)
class History(Statement):
    pass


@dataclass(slots=True)
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
