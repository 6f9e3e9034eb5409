"""The syntax tree: what a program says, every node with its place in the source.

Nodes are compared by what they say, not by where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from grammar.source import Span


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """A piece of a program and where it stands."""

    place: Span = field(compare=False, repr=False)

    # Once for all kinds: methods made by `dataclass` for each would double the time of the import.
    # So would a kind without a docstring, for which it would compose one.
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
    """What has a value."""


@dataclass(slots=True, eq=False, repr=False)
class Number(Expression):
    """`2`, `.5`, `1e-6`; `whole` is that of one without a point or an exponent, exactly."""

    value: float
    whole: int | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False)
class String(Expression):
    """`"text"`, its escapes resolved."""

    value: str


@dataclass(slots=True, eq=False, repr=False)
class Boolean(Expression):
    """`true`, `false`"""

    value: bool


@dataclass(slots=True, eq=False, repr=False)
class Name(Expression):
    """`x`"""

    name: str


@dataclass(slots=True, eq=False, repr=False)
class Pattern(Expression):
    """`(x, y)` among the names that are bound: an element of two is unpacked."""

    targets: list[Name | Pattern]


Targets = list[Name | Pattern]


@dataclass(slots=True, eq=False, repr=False)
class Word(Expression):
    """A word that means itself, never a variable: the `pytorch` of `export ... as pytorch`."""

    text: str


@dataclass(slots=True, eq=False, repr=False)
class Hole(Expression):
    """The `?` of `linear(5, ?)`: a width to be filled in from its neighbours."""


@dataclass(slots=True, eq=False, repr=False)
class ListOf(Expression):
    """`[a, b]`"""

    items: list[Expression]


@dataclass(slots=True, eq=False, repr=False)
class ForClause(Node):
    """`for x, y in source` within a comprehension."""

    targets: Targets
    source: Expression


@dataclass(slots=True, eq=False, repr=False)
class IfClause(Node):
    """`if condition` within a comprehension."""

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
    """`f(a, k=v)`"""

    function: Expression
    arguments: list[Expression]
    keywords: list[Keyword]


@dataclass(slots=True, eq=False, repr=False)
class Derivative(Expression):
    """`f'`, `f''`: the derivative of a function, with as many signs as its order."""

    function: Name
    order: int


@dataclass(slots=True, eq=False, repr=False)
class Index(Expression):
    """`base[index]`"""

    base: Expression
    index: Expression


@dataclass(slots=True, eq=False, repr=False)
class Slice(Expression):
    """`base[start:stop]`"""

    base: Expression
    start: Expression | None
    stop: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Unary(Expression):
    """`-a`, `+a`"""

    operator: str
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Binary(Expression):
    """`+ - * / % @ ^` (`**` is read as `^`)."""

    operator: str
    left: Expression
    right: Expression
    operator_place: Span = field(compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False)
class Compare(Expression):
    """A chain: `a < b <= c` has two operators and three operands; `a in b`, `a not in b`."""

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
    """`not a`"""

    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Choice(Expression):
    """`then if condition else otherwise`"""

    then: Expression
    condition: Expression
    otherwise: Expression


@dataclass(slots=True, eq=False, repr=False)
class Grad(Expression):
    """`grad a`"""

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
    """What stands on a line of its own."""


@dataclass(slots=True, eq=False, repr=False)
class Block(Node):
    """`{ ... }`"""

    statements: list[Statement]


@dataclass(slots=True, eq=False, repr=False)
class ExpressionStatement(Statement):
    """An expression whose value is shown."""

    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Bind(Statement):
    """`x = value`; several targets unpack."""

    targets: Targets
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class BindElement(Statement):
    """`xs[i] = value`; an `operator` is that of `xs[i] += value`."""

    target: Index
    value: Expression
    operator: str = ""

    @property
    def name(self) -> Name:
        """The list that is bound anew."""
        return base_name(self.target)


@dataclass(slots=True, eq=False, repr=False)
class Define(Statement):
    """`f(x, y) = body`, `f(x, y) = body where m = a, ...`, `f(x, y) = { ... }`"""

    name: Name
    parameters: list[Name]
    body: Expression | Block
    where: list[Bind] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class Return(Statement):
    """`return`, `return value`: leaves the block of a function."""

    value: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Augment(Statement):
    """`x += value`"""

    target: Name
    operator: str
    value: Expression

    @property
    def name(self) -> Name:
        """What is bound anew."""
        return self.target


@dataclass(slots=True, eq=False, repr=False)
class Update(Statement):
    """`w := value`"""

    target: Expression
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Repeat(Statement):
    """`repeat count { ... }`"""

    count: Expression
    body: Block


@dataclass(slots=True, eq=False, repr=False)
class For(Statement):
    """`for x, y in source { ... }`"""

    targets: Targets
    source: Expression
    body: Block


@dataclass(slots=True, eq=False, repr=False)
class While(Statement):
    """`while condition { ... }`"""

    condition: Expression
    body: Block


@dataclass(slots=True, eq=False, repr=False)
class If(Statement):
    """The conditions in order, each with its block, and the last `else` if there is one."""

    branches: list[tuple[Expression, Block]]
    otherwise: Block | None


@dataclass(slots=True, eq=False, repr=False)
class Break(Statement):
    """`break`"""


@dataclass(slots=True, eq=False, repr=False)
class Continue(Statement):
    """`continue`"""


@dataclass(slots=True, eq=False, repr=False)
class Command(Statement):
    """A command with what it is about: `backward z`, `zero`, `save net to "net.json"`.

    The `to` of `undo to 12` is a word among the operands.
    """

    word: str
    operands: list[Expression]
    options: list[Keyword] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class Train(Statement):
    """`train [NET on] DATA option=value ...`"""

    network: Expression | None
    data: Expression
    options: list[Keyword]


@dataclass(slots=True, eq=False, repr=False)
class Test(Statement):
    """`test [NET on] DATA option=value ...`"""

    network: Expression | None
    data: Expression
    options: list[Keyword]


@dataclass(slots=True, eq=False, repr=False)
class Import(Statement):
    """`import "other.mt"`"""

    path: Expression


@dataclass(slots=True, eq=False, repr=False)
class Time(Statement):
    """`time STATEMENT`"""

    statement: Statement


@dataclass(slots=True, eq=False, repr=False)
class Assert(Statement):
    """`assert condition`, `assert condition, "message"`"""

    condition: Expression
    message: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Program(Node):
    """A whole source."""

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


def walk_shared(node: Node) -> Iterator[Node]:
    """Like `walk`, but not into functions: what it meets shares the names around `node`."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if not isinstance(current, Define):
            waiting.extend(reversed(list(children(current))))


def own_names(define: Define) -> dict[str, Name]:
    """The names that the block or the `where` of a function binds, each where it does so first."""
    found: dict[str, Name] = {}
    parts = [*define.where, define.body] if isinstance(define.body, Block) else define.where
    for part in parts:
        for node in walk_shared(part):
            names = bound_names(node)
            if isinstance(node, Augment | BindElement):
                names = iter([node.name])
            for name in names:
                found.setdefault(name.name, name)
    return found


def names_in(targets: Targets) -> Iterator[Name]:
    """The names of targets, those in patterns too."""
    for target in targets:
        if isinstance(target, Pattern):
            yield from names_in(target.targets)
        else:
            yield target


def base_name(target: Index) -> Name:
    """The `xs` of `xs[i]` and `xs[i][j]`."""
    base = target.base
    while isinstance(base, Index):
        base = base.base
    assert isinstance(base, Name)
    return base


def bound_names(node: Node) -> Iterator[Name]:
    """The names that a statement itself binds."""
    if isinstance(node, Bind | For):
        yield from names_in(node.targets)
    elif isinstance(node, Define):
        yield node.name
