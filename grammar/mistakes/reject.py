"""What the grammar lets through and the language does not have.

A row of layers is written like any two values side by side, so `2x`, `def x` and `plot net on d`
parse; here they are turned away with words of their own.
"""

from __future__ import annotations

from grammar import syntax as s
from grammar.automaton import Token
from grammar.mistakes.foreign_words import foreign_name, foreign_word, not_yet
from grammar.problem import Fix, SyntaxProblem
from grammar.source import Span
from grammar.vocabulary import vocabulary

_COMMANDS = frozenset(vocabulary().commands)

_CALLABLE = s.Name | s.Derivative | s.Call | s.Index | s.Slice | s.Row | s.Choice | s.With

# Later stages walk the tree by recursion; this keeps them far from Python's limit.
DEEPEST_TREE = 200


def check_depth(tree: s.Program) -> None:
    """Raise for a statement or expression of more than `DEEPEST_TREE` levels."""
    waiting: list[tuple[s.Node, int]] = [(node, 0) for node in reversed(tree.statements)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST_TREE:
            raise SyntaxProblem(
                "MT702",
                f"an expression of more than {DEEPEST_TREE} levels",
                node.place,
                "too deep",
                "give parts of it names of their own, or use `sum([...])` or a loop",
            )
        # Each level takes a character at least: a short stretch cannot go too deep.
        if depth + node.place.end - node.place.start >= DEEPEST_TREE:
            waiting.extend((child, depth + 1) for child in s.children(node))


def check_name(name: str, place: Span) -> None:
    """Raise for `True`, `None` and names with signs in them, such as `x²`."""
    if name.isidentifier() and name not in ("True", "False", "None"):
        return
    problem = foreign_name(name, place)
    if problem is not None:
        raise problem


def check_statement(value: s.Expression) -> None:
    """Raise for a bare row that is meant as a statement of another language or version."""
    if not isinstance(value, s.Row) or not isinstance(value.elements[0], s.Name):
        return
    first = value.elements[0]
    problem = not_yet(first.name, first.place) or foreign_word(first.name, first.place)
    if problem is not None:
        raise problem


def check_row(elements: list[s.Expression]) -> None:
    """Raise for a row whose first element cannot be a layer: `2x`, `x = 3 print x`."""
    first, second = elements[0], elements[1]
    between = Span(first.place.end, second.place.start)
    for element in elements[1:]:
        if isinstance(element, s.Name) and element.name == "is":
            raise SyntaxProblem(
                "MT113",
                "there is no `is` operator",
                element.place,
                "Python's form",
                "values are compared with `==`",
                fix=Fix(element.place, "=="),
            )
    if isinstance(first, s.Name | s.Call | s.Index | s.Slice | s.Row):
        return
    if isinstance(first, s.Number) and isinstance(second, s.Name):
        from grammar.mistakes.pasted import number_with_base

        based = number_with_base(first.place, second.name, second.place)
        if based is not None:
            raise based
    apart = between.start < between.end
    if apart and isinstance(second, s.Name) and second.name in _COMMANDS:
        raise SyntaxProblem(
            "MT117",
            "two statements stand on one line",
            second.place,
            "a new statement begins here",
            "put `;` between them",
            fix=Fix(between, "; "),
        )
    if isinstance(first, s.String):
        raise SyntaxProblem(
            "MT101",
            "text stands beside another value",
            second.place,
            "an operator or a comma is missing before this",
            'several values are shown with `print a, "text"`',
        )
    raise SyntaxProblem(
        "MT108",
        "an operator is missing between two values",
        Span(first.place.start, second.place.end),
        "two values in a row",
        "did you mean `*`?",
        fix=Fix(between, "*"),
    )


def check_primes(name: Token, primes: Token) -> None:
    """Raise for `f '(2)`, which is closer to `f 'text'` than to a derivative."""
    if name.end == primes.start:
        return
    good = name.text + primes.text
    raise SyntaxProblem(
        "MT106",
        f"a space stands between `{name.text}` and `{primes.text}`",
        Span(primes.start, primes.end),
        "single quotes",
        f"a derivative is written `{good}(2)`, and strings with double quotes",
        fix=Fix(Span(name.end, primes.start), ""),
    )


def check_call(function: s.Expression) -> None:
    """Raise for what can never be called: `2(x)`, `(a + b)(c)`."""
    if isinstance(function, _CALLABLE):
        return
    end = function.place.end
    numeric = isinstance(function, s.Number | s.Binary | s.Unary | s.Grad)
    raise SyntaxProblem(
        "MT108",
        "only a function or a network can be called",
        function.place,
        "this is neither",
        "did you mean `*` before the bracket?" if numeric else "put an operator before the bracket",
        fix=Fix(Span(end, end), "*") if numeric else None,
    )


def no_definition(first: s.Bind) -> SyntaxProblem:
    """`x = a + b where a = 2`"""
    bound = ", ".join(target.name for target in s.names_in(first.targets))
    return SyntaxProblem(
        "MT110",
        "`where` belongs to the definition of a function",
        first.place,
        "this is none",
        f"bind it in a line before: `{bound} = ...`",
    )


def pattern_as_value(value: s.Pattern) -> SyntaxProblem:
    """`(x, y)` where nothing is bound to it."""
    return SyntaxProblem(
        "MT113",
        "a list is written with `[ ]`",
        value.place,
        "names in `( )` stand left of `=` and `in` only",
        "write `[x, y]`",
    )


def derivative_defined(head: s.Derivative) -> SyntaxProblem:
    """`f'(x) = 2*x`"""
    name, signs = head.function.name, "'" * head.order
    return SyntaxProblem(
        "MT110",
        "a derivative is not defined: it follows from its function",
        head.place,
        "a derivative",
        f"define `{name}(x) = ...` alone; then there is `{name}{signs}(2)`",
    )


def bad_target(target: s.Expression) -> SyntaxProblem:
    help = "write `name = value`; to compare two values write `==`"
    if isinstance(target, s.Index):
        help = "an element is bound in a statement of its own: `xs[0] = 2`"
    elif isinstance(target, s.Slice):
        help = "elements are bound one by one: `xs[0] = 2`"
    return SyntaxProblem(
        "MT110", "only a name can stand left of `=`", target.place, "not a name", help
    )
