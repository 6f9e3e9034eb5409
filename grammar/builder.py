"""From the reductions of the automaton to the typed syntax tree.

The methods are named after the rules of `minitorch.lark` and are called bottom-up while the parser
runs, with every token still there: a node's place is the stretch from its first child to its last.
"""

from __future__ import annotations

import math
import re
from typing import Any, TypeVar

from grammar import syntax as s
from grammar.automaton import Token
from grammar.mistakes.reject import (
    check_call,
    check_name,
    check_primes,
    check_row,
    check_statement,
)
from grammar.problem import Fix, SyntaxProblem
from grammar.source import Span

Item = Any  # a Token, a Node or a list that a helper rule made
N = TypeVar("N")

# Commands in which a bare name is a word, any or one of these: `set engine=eager`, `seed random`.
_WORDS: dict[str, frozenset[str] | None] = {
    "del": None,
    "seed": frozenset(["random"]),
    "undo": frozenset(["train"]),
    "set": None,
}
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def _start(item: Item) -> int:
    if isinstance(item, Token):
        return item.start
    return int(item.place.start)


def _end(item: Item) -> int:
    if isinstance(item, Token):
        return item.end
    return int(item.place.end)


def _place(items: list[Item]) -> Span:
    """From the first child with a place to the last (helper rules may make empty lists)."""
    placed = [item for item in items if not isinstance(item, list) or item]
    first, last = placed[0], placed[-1]
    while isinstance(first, list):
        first = first[0]
    while isinstance(last, list):
        last = last[-1]
    return Span(_start(first), _end(last))


def _nodes(items: list[Item], kind: type[N]) -> list[N]:
    return [item for item in items if isinstance(item, kind)]


def _name(token: Token) -> s.Name:
    place = Span(token.start, token.end)
    check_name(token.text, place)
    return s.Name(place, token.text)


def _as_word(command: str, operand: s.Expression) -> s.Expression:
    """An operand of a command; a bare name becomes a word where the command means words."""
    if command not in _WORDS or not isinstance(operand, s.Name):
        return operand
    known = _WORDS[command]
    is_word = known is None or operand.name in known
    return s.Word(operand.place, operand.name) if is_word else operand


class Builder:
    """One method a rule; `items` are the children in the order of the source."""

    def start(self, items: list[Item]) -> s.Program:
        statements = _nodes(items, s.Statement)
        place = _place(statements) if statements else Span(0, 0)
        return s.Program(place, statements)

    def block(self, items: list[Item]) -> s.Block:
        return s.Block(_place(items), _nodes(items, s.Statement))

    # ------------------------------------------------------------ control

    def repeat(self, items: list[Item]) -> s.Repeat:
        return s.Repeat(_place(items), items[1], items[2])

    def for_loop(self, items: list[Item]) -> s.For:
        return s.For(_place(items), items[1], items[3], items[4])

    def while_loop(self, items: list[Item]) -> s.While:
        return s.While(_place(items), items[1], items[2])

    def if_chain(self, items: list[Item]) -> s.If:
        parts = [item for item in items if not isinstance(item, Token)]
        otherwise = parts.pop() if len(parts) % 2 else None
        return s.If(_place(items), list(zip(parts[::2], parts[1::2], strict=True)), otherwise)

    def else_block(self, items: list[Item]) -> s.Block:
        block: s.Block = items[1]
        return block

    def names(self, items: list[Item]) -> s.Targets:
        found: s.Targets = []
        for item in items:
            if isinstance(item, s.Pattern):
                found.append(item)
            elif item.type == "NAME":
                found.append(_name(item))
        return _flat(found)

    def pattern(self, items: list[Item]) -> s.Pattern:
        return s.Pattern(_place(items), items[1])

    def pair(self, items: list[Item]) -> s.Pattern:
        first = items[1] if isinstance(items[1], s.Pattern) else _name(items[1])
        return s.Pattern(_place(items), [first, *items[3]])

    def words(self, items: list[Item]) -> list[s.Name]:
        return [_name(item) for item in items if item.type == "NAME"]

    def things(self, items: list[Item]) -> list[s.Expression]:
        return self.expressions(items)

    def break_statement(self, items: list[Item]) -> s.Break:
        return s.Break(_place(items))

    def continue_statement(self, items: list[Item]) -> s.Continue:
        return s.Continue(_place(items))

    def return_statement(self, items: list[Item]) -> s.Return:
        if len(items) == 1:
            return s.Return(_place(items), None)
        values = items[1]
        if isinstance(values, list) and len(values) > 1:
            raise SyntaxProblem(
                "MT110",
                "`return` gives one value",
                _place(values[1:]),
                "one value too many",
                "several are given back as a list: `return [a, b]`; `x, y = f(2)` unpacks it",
            )
        return s.Return(_place(items), self._with(_one_value(values), items[2:]))

    # ------------------------------------------------------------ simple statements

    def expression_statement(self, items: list[Item]) -> s.Statement:
        value = items[0]
        if isinstance(value, list):
            if len(value) > 1:
                if isinstance(value[0], s.Grad) and len(items) == 1:
                    return _gradients(value)
                raise SyntaxProblem(
                    "MT101",
                    "several values stand here without a command",
                    _place(value),
                    "what should be done with them?",
                    "to see them write `print` before them",
                    fix=Fix(Span(_place(value).start, _place(value).start), "print "),
                )
            value = value[0]
        if isinstance(value, s.Pattern):
            raise _tuple(value)
        check_statement(value)
        return s.ExpressionStatement(_place(items), self._with(value, items[1:]))

    def _with(self, value: s.Expression, clause: list[Item]) -> s.Expression:
        if not clause:
            return value
        options = clause[0]
        return s.With(Span(value.place.start, options[-1].place.end), value, options)

    def with_clause(self, items: list[Item]) -> list[s.Keyword]:
        return _nodes(items, s.Keyword)

    def bind(self, items: list[Item]) -> s.Statement:
        targets, _, values, *clauses = items
        place = _place(items)
        if isinstance(targets, s.Call):
            return self._define(place, targets, values, [])
        where = [c for c in clauses if isinstance(c[0], s.Bind)]
        options = [c for c in clauses if isinstance(c[0], s.Keyword)]
        value = self._with(_one_value(values), options)
        if len(targets) == 1 and isinstance(targets[0], s.Index) and not where:
            return s.BindElement(place, self._element(targets[0]), value)
        if len(targets) == 1 and isinstance(targets[0], s.Call):
            return self._define(place, targets[0], value, where[0] if where else [])
        if where:
            raise _no_definition(where[0][0])
        return s.Bind(place, _flat([self._target(target) for target in targets]), value)

    def head(self, items: list[Item]) -> s.Call:
        return self.call(items)

    def where_clause(self, items: list[Item]) -> list[s.Bind]:
        return _nodes(items, s.Bind)

    def local(self, items: list[Item]) -> s.Bind:
        names, _, value = items
        return s.Bind(_place(items), names, _one_value(value))

    def _define(
        self, place: Span, head: s.Call, body: s.Expression | s.Block, where: list[s.Bind]
    ) -> s.Define:
        if isinstance(head.function, s.Derivative):
            raise _derivative_defined(head.function)
        if not isinstance(head.function, s.Name):
            raise _bad_target(head)
        for parameter in [*head.arguments, *head.keywords]:
            if not isinstance(parameter, s.Name):
                raise SyntaxProblem(
                    "MT110",
                    f"a parameter of `{head.function.name}` must be a plain name",
                    parameter.place,
                    "not a name",
                    "define a function like this: `f(x, y) = x*y + 1`",
                )
        parameters = [p for p in head.arguments if isinstance(p, s.Name)]
        return s.Define(place, head.function, parameters, body, where)

    def _target(self, target: s.Expression) -> s.Name | s.Pattern:
        if isinstance(target, s.Name | s.Pattern):
            return target
        raise _bad_target(target)

    def _element(self, target: s.Index) -> s.Index:
        """`xs[i]`, `xs[i][j]` left of `=`: what is bound is the list."""
        base: s.Expression = target
        while isinstance(base, s.Index):
            base = base.base
        if not isinstance(base, s.Name):
            raise _bad_target(base)
        return target

    def augment(self, items: list[Item]) -> s.Statement:
        target, operator, value = items
        sign = operator.text[0]
        if isinstance(target, s.Index):
            return s.BindElement(_place(items), self._element(target), value, sign)
        if not isinstance(target, s.Name):
            raise _bad_target(target)
        return s.Augment(_place(items), target, sign, value)

    def update(self, items: list[Item]) -> s.Update:
        target, _, value = items
        if not isinstance(target, s.Name | s.Index | s.Slice | s.ListOf):
            raise _bad_target(target)
        return s.Update(_place(items), target, value)

    def row(self, items: list[Item]) -> s.Row:
        check_row(items)
        return s.Row(_place(items), list(items))

    def command(self, items: list[Item]) -> s.Command:
        word = items[0].text
        operands: list[s.Expression] = []
        options: list[s.Keyword] = []
        for item in items[1:]:
            if isinstance(item, list):
                operands += item
            elif isinstance(item, s.Expression):
                operands.append(item)
            elif isinstance(item, s.Keyword):
                options.append(item)
            elif item.type == "_TO" and word == "undo":
                operands.append(s.Word(Span(item.start, item.end), "to"))
            elif item.type in ("NAME", "COMPILED"):  # `as pytorch`, `show compiled net`
                operands.append(s.Word(Span(item.start, item.end), _name(item).name))
        words = [_as_word(word, part) for part in operands]
        return s.Command(_place(items), word, words, options)

    def train(self, items: list[Item]) -> s.Train:
        network, data, options = _network_and_data(items)
        return s.Train(_place(items), network, data, options)

    def test(self, items: list[Item]) -> s.Test:
        network, data, options = _network_and_data(items)
        return s.Test(_place(items), network, data, options)

    def import_statement(self, items: list[Item]) -> s.Import:
        return s.Import(_place(items), items[1])

    def time(self, items: list[Item]) -> s.Time:
        return s.Time(_place(items), items[1])

    def assert_statement(self, items: list[Item]) -> s.Assert:
        return s.Assert(_place(items), items[1], items[3] if len(items) > 2 else None)

    def help(self, items: list[Item]) -> s.Command:
        token = items[0]
        text = token.text
        topic = text[:-1] if text.endswith("?") else text[len("help") :].strip()
        start = token.start + text.rindex(topic)
        about: list[s.Expression] = [s.Word(Span(start, start + len(topic)), topic)]
        return s.Command(_place(items), "help", about if topic else [])

    def options(self, items: list[Item]) -> list[s.Keyword]:
        return _nodes(items, s.Keyword)

    def option(self, items: list[Item]) -> s.Keyword:
        return self.keyword(items)

    # ------------------------------------------------------------ expressions

    def expressions(self, items: list[Item]) -> list[s.Expression]:
        return _nodes(items, s.Expression)

    def choice(self, items: list[Item]) -> s.Choice:
        return s.Choice(_place(items), items[0], items[2], items[4])

    def or_(self, items: list[Item]) -> s.Logic:
        return s.Logic(_place(items), "or", items[0], items[2])

    def and_(self, items: list[Item]) -> s.Logic:
        return s.Logic(_place(items), "and", items[0], items[2])

    def not_(self, items: list[Item]) -> s.Not:
        return s.Not(_place(items), items[1])

    def compare(self, items: list[Item]) -> s.Compare:
        return s.Compare(_place(items), items[::2], [operator.text for operator in items[1::2]])

    def contained(self, items: list[Item]) -> s.Compare:
        operator = "in" if len(items) == 3 else "not in"
        return s.Compare(_place(items), [items[0], items[-1]], [operator])

    def binary(self, items: list[Item]) -> s.Binary:
        left, operator, right = items
        sign = "^" if operator.text == "**" else operator.text
        at = Span(operator.start, operator.end)
        return s.Binary(Span(_start(left), _end(right)), sign, left, right, at)

    def unary(self, items: list[Item]) -> s.Unary:
        return s.Unary(_place(items), items[0].text, items[1])

    def grad(self, items: list[Item]) -> s.Grad:
        return s.Grad(_place(items), items[1])

    def call(self, items: list[Item]) -> s.Call:
        function, _, arguments, _ = items
        check_call(function)
        keywords = _nodes(arguments, s.Keyword)
        positional = _nodes(arguments, s.Expression)
        if keywords and positional and positional[-1].place > keywords[0].place:
            raise SyntaxProblem(
                "MT118",
                "a value without a name stands after a named one",
                positional[-1].place,
                "move it before the named ones",
                f"write the named ones (`{keywords[0].name}=...`) last",
                related=[(keywords[0].place, "the first named one")],
            )
        return s.Call(_place(items), function, positional, keywords)

    def index(self, items: list[Item]) -> s.Expression:
        base, _, subscript, _ = items
        if isinstance(subscript, tuple):
            return s.Slice(_place(items), base, *subscript)
        return s.Index(_place(items), base, subscript)

    def slice(self, items: list[Item]) -> tuple[s.Expression | None, s.Expression | None]:
        return items[0], items[2]

    def slice_part(self, items: list[Item]) -> s.Expression | None:
        return items[0] if items else None

    def arguments(self, items: list[Item]) -> list[Item]:
        arguments = [item for item in items if not isinstance(item, Token)]
        for argument in arguments:
            if isinstance(argument, s.Comprehension) and len(arguments) > 1 and argument.bare:
                raise SyntaxProblem(
                    "MT118",
                    "a `... for ...` beside other values needs brackets of its own",
                    argument.place,
                    "put this in `[ ]`",
                    "write `[... for x in xs]`",
                )
        return arguments

    def keyword(self, items: list[Item]) -> s.Keyword:
        name = _name(items[0])
        return s.Keyword(_place(items), name.name, name.place, items[2])

    def hole(self, items: list[Item]) -> s.Hole:
        return s.Hole(_place(items))

    def generator(self, items: list[Item]) -> s.Comprehension:
        return s.Comprehension(_place(items), items[0], items[1:], bare=True)

    def comprehension(self, items: list[Item]) -> s.Comprehension:
        return s.Comprehension(_place(items), items[1], items[2:-1])

    def for_clause(self, items: list[Item]) -> s.ForClause:
        return s.ForClause(_place(items), items[1], items[3])

    def if_clause(self, items: list[Item]) -> s.IfClause:
        return s.IfClause(_place(items), items[1])

    def list_(self, items: list[Item]) -> s.ListOf:
        return s.ListOf(_place(items), _nodes(items, s.Expression))

    def group(self, items: list[Item]) -> s.Expression:
        inner: s.Expression = items[1]
        inner.place = _place(items)
        return inner

    def name(self, items: list[Item]) -> s.Name:
        return _name(items[0])

    def derivative(self, items: list[Item]) -> s.Derivative:
        name, primes = items
        check_primes(name, primes)
        return s.Derivative(_place(items), _name(name), len(primes.text))

    def number(self, items: list[Item]) -> s.Number:
        text, place = items[0].text, _place(items)
        if "__" in text or re.search(r"_(?!\d)|(?<!\d)_", text):
            raise SyntaxProblem(
                "MT114",
                f"`{text}` is not a number",
                place,
                "a `_` must stand between two digits",
                f"write `{re.sub('_+', '', text)}`",
            )
        value = float(text)
        if math.isinf(value):
            raise SyntaxProblem(
                "MT114",
                f"`{text}` is larger than any float",
                place,
                "too large",
                "the largest number is about 1.8e308",
            )
        return s.Number(place, value, int(text) if re.fullmatch(r"[\d_]+", text) else None)

    def string(self, items: list[Item]) -> s.String:
        token = items[0]
        place = _place(items)

        def replace(match: re.Match[str]) -> str:
            try:
                return _ESCAPES[match.group(1)]
            except KeyError:
                at = place.start + 1 + match.start()
                raise SyntaxProblem(
                    "MT115",
                    f"there is no `{match.group()}` in strings",
                    Span(at, at + 2),
                    "unknown escape",
                    'strings know \\n, \\t, \\" and \\\\',
                ) from None

        return s.String(place, re.sub(r"\\(.)", replace, token.text[1:-1]))

    def true(self, items: list[Item]) -> s.Boolean:
        return s.Boolean(_place(items), True)

    def false(self, items: list[Item]) -> s.Boolean:
        return s.Boolean(_place(items), False)


def _network_and_data(
    items: list[Item],
) -> tuple[s.Expression | None, s.Expression, list[s.Keyword]]:
    """The parts of `train NET on DATA ...` or `train DATA ...`."""
    options: list[s.Keyword] = items[-1]
    if len(items) == 5:
        return items[1], items[3], options
    return None, items[1], options


def _flat(targets: s.Targets) -> s.Targets:
    """Brackets around all names say nothing: `(a, b) = [1, 2]`."""
    while len(targets) == 1 and isinstance(targets[0], s.Pattern):
        targets = targets[0].targets
    return targets


def _one_value(values: s.Expression | list[s.Expression]) -> s.Expression:
    """The one value that stands right of `=`."""
    if not isinstance(values, list):
        return values
    if len(values) > 1:
        raise SyntaxProblem(
            "MT110",
            "`=` takes one value on its right",
            _place(values[1:]),
            "one value too many",
            "bind one name after the other: `a = 1; b = 2`",
        )
    return values[0]


def _no_definition(first: s.Bind) -> SyntaxProblem:
    """`x = a + b where a = 2`"""
    bound = ", ".join(target.name for target in s.names_in(first.targets))
    return SyntaxProblem(
        "MT110",
        "`where` belongs to the definition of a function",
        first.place,
        "this is none",
        f"bind it in a line before: `{bound} = ...`",
    )


def _gradients(values: list[s.Expression]) -> s.Command:
    """`grad a, b, c`; each may be written `grad b` too."""
    operands: list[s.Expression] = []
    for value in values:
        operand = value.operand if isinstance(value, s.Grad) else value
        if not isinstance(operand, s.Name | s.Index):
            raise SyntaxProblem(
                "MT101",
                "`grad a, b` shows the gradients of names and elements",
                value.place,
                "something else",
                "write `print grad a, grad b + 1`",
            )
        operands.append(operand)
    return s.Command(_place(values), "grad", operands)


def _tuple(value: s.Pattern) -> SyntaxProblem:
    """`(x, y)` where nothing is bound to it."""
    return SyntaxProblem(
        "MT113",
        "a list is written with `[ ]`",
        value.place,
        "names in `( )` stand left of `=` and `in` only",
        "write `[x, y]`",
    )


def _derivative_defined(head: s.Derivative) -> SyntaxProblem:
    """`f'(x) = 2*x`"""
    name, signs = head.function.name, "'" * head.order
    return SyntaxProblem(
        "MT110",
        "a derivative is not defined: it follows from its function",
        head.place,
        "a derivative",
        f"define `{name}(x) = ...` alone; then there is `{name}{signs}(2)`",
    )


def _bad_target(target: s.Expression) -> SyntaxProblem:
    help = "write `name = value`; to compare two values write `==`"
    if isinstance(target, s.Index):
        help = "an element is bound in a statement of its own: `xs[0] = 2`"
    elif isinstance(target, s.Slice):
        help = "elements are bound one by one: `xs[0] = 2`"
    return SyntaxProblem(
        "MT110", "only a name can stand left of `=`", target.place, "not a name", help
    )
