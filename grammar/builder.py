"""From the reductions of the automaton to the typed syntax tree.

The methods are named after the rules of `minitorch.lark` and are called bottom-up while the parser
runs, with every token still there.
"""

from __future__ import annotations

from grammar import syntax as s
from grammar.automaton import Token
from grammar.expression_builder import ExpressionBuilder, Item, name_of, nodes_in, place_of
from grammar.mistakes.reject import (
    bad_target,
    check_row,
    check_statement,
    derivative_defined,
    no_definition,
    pattern_as_value,
)
from grammar.problem import Fix, SyntaxProblem
from grammar.source import Span

# Commands in which a bare name is a word, any or one of these: `set engine=eager`, `seed random`.
_WORDS: dict[str, frozenset[str] | None] = {
    "del": None,
    "seed": frozenset(["random"]),
    "undo": frozenset(["train"]),
    "set": None,
}


def _as_word(command: str, operand: s.Expression) -> s.Expression:
    """An operand of a command; a bare name becomes a word where the command means words."""
    if command not in _WORDS or not isinstance(operand, s.Name):
        return operand
    known = _WORDS[command]
    is_word = known is None or operand.name in known
    return s.Word(operand.place, operand.name) if is_word else operand


class Builder(ExpressionBuilder):
    """One method for each rule; those of expressions are inherited."""

    def start(self, items: list[Item]) -> s.Program:
        statements = nodes_in(items, s.Statement)
        place = place_of(statements) if statements else Span(0, 0)
        return s.Program(place, statements)

    def block(self, items: list[Item]) -> s.Block:
        return s.Block(place_of(items), nodes_in(items, s.Statement))

    # ------------------------------------------------------------ control

    def repeat(self, items: list[Item]) -> s.Repeat:
        return s.Repeat(place_of(items), items[1], items[2])

    def for_loop(self, items: list[Item]) -> s.For:
        return s.For(place_of(items), items[1], items[3], items[4])

    def while_loop(self, items: list[Item]) -> s.While:
        return s.While(place_of(items), items[1], items[2])

    def if_chain(self, items: list[Item]) -> s.If:
        parts = [item for item in items if not isinstance(item, Token)]
        otherwise = parts.pop() if len(parts) % 2 else None
        return s.If(place_of(items), list(zip(parts[::2], parts[1::2], strict=True)), otherwise)

    def else_block(self, items: list[Item]) -> s.Block:
        block: s.Block = items[1]
        return block

    def names(self, items: list[Item]) -> s.Targets:
        found: s.Targets = []
        for item in items:
            if isinstance(item, s.Pattern):
                found.append(item)
            elif item.type == "NAME":
                found.append(name_of(item))
        return _flat(found)

    def pattern(self, items: list[Item]) -> s.Pattern:
        return s.Pattern(place_of(items), items[1])

    def pair(self, items: list[Item]) -> s.Pattern:
        first = items[1] if isinstance(items[1], s.Pattern) else name_of(items[1])
        return s.Pattern(place_of(items), [first, *items[3]])

    def words(self, items: list[Item]) -> list[s.Name]:
        return [name_of(item) for item in items if item.type == "NAME"]

    def things(self, items: list[Item]) -> list[s.Expression]:
        return self.expressions(items)

    def break_statement(self, items: list[Item]) -> s.Break:
        return s.Break(place_of(items))

    def continue_statement(self, items: list[Item]) -> s.Continue:
        return s.Continue(place_of(items))

    def return_statement(self, items: list[Item]) -> s.Return:
        if len(items) == 1:
            return s.Return(place_of(items), None)
        values = items[1]
        if isinstance(values, list) and len(values) > 1:
            raise SyntaxProblem(
                "MT110",
                "`return` gives one value",
                place_of(values[1:]),
                "one value too many",
                "several are given back as a list: `return [a, b]`; `x, y = f(2)` unpacks it",
            )
        return s.Return(place_of(items), self._with(_one_value(values), items[2:]))

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
                    place_of(value),
                    "what should be done with them?",
                    "to see them write `print` before them",
                    fix=Fix(Span(place_of(value).start, place_of(value).start), "print "),
                )
            value = value[0]
        if isinstance(value, s.Pattern):
            raise pattern_as_value(value)
        check_statement(value)
        return s.ExpressionStatement(place_of(items), self._with(value, items[1:]))

    def _with(self, value: s.Expression, clause: list[Item]) -> s.Expression:
        if not clause:
            return value
        options = clause[0]
        return s.With(Span(value.place.start, options[-1].place.end), value, options)

    def with_clause(self, items: list[Item]) -> list[s.Keyword]:
        return nodes_in(items, s.Keyword)

    def bind(self, items: list[Item]) -> s.Statement:
        targets, _, values, *clauses = items
        place = place_of(items)
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
            raise no_definition(where[0][0])
        return s.Bind(place, _flat([self._target(target) for target in targets]), value)

    def head(self, items: list[Item]) -> s.Call:
        return self.call(items)

    def where_clause(self, items: list[Item]) -> list[s.Bind]:
        return nodes_in(items, s.Bind)

    def local(self, items: list[Item]) -> s.Bind:
        names, _, value = items
        return s.Bind(place_of(items), names, _one_value(value))

    def _define(
        self, place: Span, head: s.Call, body: s.Expression | s.Block, where: list[s.Bind]
    ) -> s.Define:
        if isinstance(head.function, s.Derivative):
            raise derivative_defined(head.function)
        if not isinstance(head.function, s.Name):
            raise bad_target(head)
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
        raise bad_target(target)

    def _element(self, target: s.Index) -> s.Index:
        """`xs[i]`, `xs[i][j]` left of `=`: what is bound is the list."""
        base: s.Expression = target
        while isinstance(base, s.Index):
            base = base.base
        if not isinstance(base, s.Name):
            raise bad_target(base)
        return target

    def augment(self, items: list[Item]) -> s.Statement:
        target, operator, value = items
        sign = operator.text[0]
        if isinstance(target, s.Index):
            return s.BindElement(place_of(items), self._element(target), value, sign)
        if not isinstance(target, s.Name):
            raise bad_target(target)
        return s.Augment(place_of(items), target, sign, value)

    def update(self, items: list[Item]) -> s.Update:
        target, _, value = items
        if not isinstance(target, s.Name | s.Index | s.Slice | s.ListOf):
            raise bad_target(target)
        return s.Update(place_of(items), target, value)

    def row(self, items: list[Item]) -> s.Row:
        check_row(items)
        return s.Row(place_of(items), list(items))

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
                operands.append(s.Word(Span(item.start, item.end), name_of(item).name))
        words = [_as_word(word, part) for part in operands]
        return s.Command(place_of(items), word, words, options)

    def train(self, items: list[Item]) -> s.Train:
        network, data, options = _network_and_data(items)
        return s.Train(place_of(items), network, data, options)

    def test(self, items: list[Item]) -> s.Test:
        network, data, options = _network_and_data(items)
        return s.Test(place_of(items), network, data, options)

    def import_statement(self, items: list[Item]) -> s.Import:
        return s.Import(place_of(items), items[1])

    def time(self, items: list[Item]) -> s.Time:
        return s.Time(place_of(items), items[1])

    def assert_statement(self, items: list[Item]) -> s.Assert:
        return s.Assert(place_of(items), items[1], items[3] if len(items) > 2 else None)

    def help(self, items: list[Item]) -> s.Command:
        token = items[0]
        text = token.text
        topic = text[:-1] if text.endswith("?") else text[len("help") :].strip()
        start = token.start + text.rindex(topic)
        about: list[s.Expression] = [s.Word(Span(start, start + len(topic)), topic)]
        return s.Command(place_of(items), "help", about if topic else [])

    def options(self, items: list[Item]) -> list[s.Keyword]:
        return nodes_in(items, s.Keyword)

    def option(self, items: list[Item]) -> s.Keyword:
        return self.keyword(items)


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
            place_of(values[1:]),
            "one value too many",
            "bind one name after the other: `a = 1; b = 2`",
        )
    return values[0]


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
    return s.Command(place_of(values), "grad", operands)
