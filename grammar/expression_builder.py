"""From the reductions of the automaton to the expressions of the syntax tree.

A node's place is the stretch from its first child to its last.
"""

from __future__ import annotations

import math
import re
from typing import Any, TypeVar

from grammar import syntax as s
from grammar.automaton import Token
from grammar.mistakes.reject import check_call, check_name, check_primes
from grammar.problem import SyntaxProblem
from grammar.source import Span

Item = Any  # a Token, a Node or a list that a helper rule made
N = TypeVar("N")

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def _start(item: Item) -> int:
    if isinstance(item, Token):
        return item.start
    return int(item.place.start)


def _end(item: Item) -> int:
    if isinstance(item, Token):
        return item.end
    return int(item.place.end)


def place_of(items: list[Item]) -> Span:
    """From the first child with a place to the last (helper rules may make empty lists)."""
    placed = [item for item in items if not isinstance(item, list) or item]
    first, last = placed[0], placed[-1]
    while isinstance(first, list):
        first = first[0]
    while isinstance(last, list):
        last = last[-1]
    return Span(_start(first), _end(last))


def nodes_in(items: list[Item], kind: type[N]) -> list[N]:
    return [item for item in items if isinstance(item, kind)]


def name_of(token: Token) -> s.Name:
    place = Span(token.start, token.end)
    check_name(token.text, place)
    return s.Name(place, token.text)


class ExpressionBuilder:
    """One method for each rule of an expression; `items` are the children in their order."""

    def expressions(self, items: list[Item]) -> list[s.Expression]:
        return nodes_in(items, s.Expression)

    def choice(self, items: list[Item]) -> s.Choice:
        return s.Choice(place_of(items), items[0], items[2], items[4])

    def or_(self, items: list[Item]) -> s.Logic:
        return s.Logic(place_of(items), "or", items[0], items[2])

    def and_(self, items: list[Item]) -> s.Logic:
        return s.Logic(place_of(items), "and", items[0], items[2])

    def not_(self, items: list[Item]) -> s.Not:
        return s.Not(place_of(items), items[1])

    def compare(self, items: list[Item]) -> s.Compare:
        return s.Compare(place_of(items), items[::2], [operator.text for operator in items[1::2]])

    def contained(self, items: list[Item]) -> s.Compare:
        operator = "in" if len(items) == 3 else "not in"
        return s.Compare(place_of(items), [items[0], items[-1]], [operator])

    def binary(self, items: list[Item]) -> s.Binary:
        left, operator, right = items
        sign = "^" if operator.text == "**" else operator.text
        at = Span(operator.start, operator.end)
        return s.Binary(Span(_start(left), _end(right)), sign, left, right, at)

    def unary(self, items: list[Item]) -> s.Unary:
        return s.Unary(place_of(items), items[0].text, items[1])

    def grad(self, items: list[Item]) -> s.Grad:
        return s.Grad(place_of(items), items[1])

    def call(self, items: list[Item]) -> s.Call:
        function, _, arguments, _ = items
        check_call(function)
        keywords = nodes_in(arguments, s.Keyword)
        positional = nodes_in(arguments, s.Expression)
        if keywords and positional and positional[-1].place > keywords[0].place:
            raise SyntaxProblem(
                "MT118",
                "a value without a name stands after a named one",
                positional[-1].place,
                "move it before the named ones",
                f"write the named ones (`{keywords[0].name}=...`) last",
                related=[(keywords[0].place, "the first named one")],
            )
        return s.Call(place_of(items), function, positional, keywords)

    def index(self, items: list[Item]) -> s.Expression:
        base, _, subscript, _ = items
        if isinstance(subscript, tuple):
            return s.Slice(place_of(items), base, *subscript)
        return s.Index(place_of(items), base, subscript)

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
        name = name_of(items[0])
        return s.Keyword(place_of(items), name.name, name.place, items[2])

    def hole(self, items: list[Item]) -> s.Hole:
        return s.Hole(place_of(items))

    def generator(self, items: list[Item]) -> s.Comprehension:
        return s.Comprehension(place_of(items), items[0], items[1:], bare=True)

    def comprehension(self, items: list[Item]) -> s.Comprehension:
        return s.Comprehension(place_of(items), items[1], items[2:-1])

    def for_clause(self, items: list[Item]) -> s.ForClause:
        return s.ForClause(place_of(items), items[1], items[3])

    def if_clause(self, items: list[Item]) -> s.IfClause:
        return s.IfClause(place_of(items), items[1])

    def list_(self, items: list[Item]) -> s.ListOf:
        return s.ListOf(place_of(items), nodes_in(items, s.Expression))

    def group(self, items: list[Item]) -> s.Expression:
        inner: s.Expression = items[1]
        inner.place = place_of(items)
        return inner

    def name(self, items: list[Item]) -> s.Name:
        return name_of(items[0])

    def derivative(self, items: list[Item]) -> s.Derivative:
        name, primes = items
        check_primes(name, primes)
        return s.Derivative(place_of(items), name_of(name), len(primes.text))

    def number(self, items: list[Item]) -> s.Number:
        text, place = items[0].text, place_of(items)
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
        place = place_of(items)

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
        return s.Boolean(place_of(items), True)

    def false(self, items: list[Item]) -> s.Boolean:
        return s.Boolean(place_of(items), False)
