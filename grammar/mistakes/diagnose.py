"""What is wrong with a text that does not parse, in the learner's words.

The parser only knows which token it could not take. `diagnose` looks at the text around that place
for the slips that people coming from the whiteboard, Python and PyTorch really make, and falls
back on saying what could have stood there.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from grammar.automaton import Unexpected
from grammar.mistakes.calls import bare_call, bound_inside
from grammar.mistakes.context import (
    COMMANDS,
    RESERVED,
    Context,
    begins_statement,
    ends_value,
    span,
    starts_value,
)
from grammar.mistakes.definitions import braced_definition, gradient_call, where_clause
from grammar.mistakes.foreign_signs import foreign_operators, strange_text
from grammar.mistakes.foreign_words import foreign_forms, python_forms
from grammar.mistakes.notebook import notebook_forms
from grammar.mistakes.pasted import number_with_base, prompt
from grammar.mistakes.unfinished import commands, heads, missing
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import CLOSER, CONTINUES, OPENER, Piece
from grammar.source import Source, Span

_BINDS = frozenset({"=", ":=", "+=", "-=", "*=", "/="})


def diagnose(
    source: Source, unexpected: Unexpected, predefined: Mapping[str, str]
) -> SyntaxProblem:
    """The mistake behind the parser's complaint."""
    context = Context(source, unexpected, predefined)
    looks = (
        prompt,
        notebook_forms,
        strange_text,
        _brackets,
        braced_definition,
        where_clause,
        gradient_call,
        foreign_forms,
        foreign_operators,
        python_forms,
        _operators,
        bound_inside,
        _assignment,
        heads,
        commands,
        bare_call,
        _two_values,
        _choice,
        _reserved,
        missing,
    )
    for look in looks:
        mistake = look(context)
        if mistake is not None:
            return mistake
    return _unexpected(context)


def _brackets(context: Context) -> SyntaxProblem | None:
    """A closing bracket too many, or one too few before the parser gave up."""
    opened: list[Piece] = []
    for piece in context.pieces:
        if piece.start > context.offset and context.current is not None:
            break
        if piece.kind == "open":
            opened.append(piece)
        elif piece.kind == "close":
            if not opened:
                return SyntaxProblem(
                    "MT103",
                    f"this `{piece.text}` closes nothing",
                    span(piece),
                    f"no `{OPENER[piece.text]}` is open",
                    f"remove it, or open a `{OPENER[piece.text]}` before it",
                    fix=Fix(span(piece), ""),
                )
            if CLOSER[opened[-1].text] != piece.text:
                wanted = CLOSER[opened[-1].text]
                return SyntaxProblem(
                    "MT103",
                    f"`{opened[-1].text}` is closed by `{piece.text}`",
                    span(piece),
                    f"`{wanted}` was expected",
                    f"close the inner bracket first with `{wanted}`",
                    related=[(span(opened[-1]), "opened here")],
                )
            opened.pop()
    if not opened:
        return None
    inner = opened[-1]
    if context.current is None or (inner.text != "{" and _left_open(context, inner)):
        return SyntaxProblem(
            "MT102",
            f"this `{inner.text}` is not closed",
            span(inner),
            "opened here",
            f"add the missing `{CLOSER[inner.text]}`",
        )
    return None


def _left_open(context: Context, opener: Piece) -> bool:
    """Whether another statement begins on a line between the bracket and the current piece."""
    inside = [p for p in context.pieces if opener.start <= p.start <= context.offset]
    return any(
        "\n" in context.text[before.end : after.start]
        and begins_statement(context.text, opener.start, before, after)
        for before, after in pairwise(inside)
    )


def _operators(context: Context) -> SyntaxProblem | None:
    """Two operators in a row."""
    current, previous = context.current, context.previous
    if current is None or previous is None or current.kind != "operator":
        return None
    if previous.text not in CONTINUES or current.text not in CONTINUES:
        return None
    return SyntaxProblem(
        "MT112",
        f"a value is missing between `{previous.text}` and `{current.text}`",
        Span(previous.start, current.end),
        "two operators in a row",
        "write a value between them, or remove one",
    )


def _assignment(context: Context) -> SyntaxProblem | None:
    """`=` where a comparison, a second statement or nothing at all was meant."""
    current, previous = context.current, context.previous
    if current is None or current.text not in _BINDS:
        return None
    if previous is None or not context.statement:
        return SyntaxProblem(
            "MT110",
            f"a name is missing before `{current.text}`",
            span(current),
            "nothing to bind",
            "write `name = value`",
        )
    if previous.text in RESERVED:
        return SyntaxProblem(
            "MT109",
            f"`{previous.text}` is a reserved word",
            span(previous),
            "cannot be a name",
            f"choose another name, such as `{previous.text}_`",
            fix=Fix(span(previous), f"{previous.text}_"),
        )
    if context.first in ("if", "while", "assert") and current.text == "=":
        return SyntaxProblem(
            "MT111",
            "`=` binds a name; it does not compare",
            span(current),
            "a comparison was expected",
            "did you mean `==`?",
            fix=Fix(span(current), "=="),
        )
    equals = [p for p in context.statement if p.text in _BINDS]
    if not equals:
        return _name_of_words(context)
    other = context.before_previous
    if previous.kind == "word" and ends_value(other) and other is not None:
        return _two_statements(other, previous)
    return SyntaxProblem(
        "MT117",
        "one statement binds one value",
        span(current),
        f"a second `{current.text}`",
        "write one statement for each name",
        related=[(span(equals[-1]), "the first one")],
    )


def _two_statements(before: Piece, first: Piece) -> SyntaxProblem:
    return SyntaxProblem(
        "MT117",
        "two statements stand on one line",
        span(first),
        "a new statement begins here",
        "put `;` between them",
        fix=Fix(Span(before.end, first.start), "; "),
    )


def _name_of_words(context: Context) -> SyntaxProblem | None:
    """`learning rate = 3`"""
    words = context.statement
    if len(words) < 2 or not all(p.kind == "word" and p.text not in RESERVED for p in words):
        return None
    whole = Span(words[0].start, words[-1].end)
    name = "_".join(p.text for p in words)
    return SyntaxProblem(
        "MT110",
        "a name is one word",
        whole,
        "several words",
        f"did you mean `{name}`?",
        fix=Fix(whole, name),
    )


def _two_values(context: Context) -> SyntaxProblem | None:
    """Two values side by side: a comma, a `;` or a `*` is missing."""
    before, after = context.previous, context.current
    if not starts_value(after) and not (after is not None and after.text in ("(", "[")):
        # `2x + 1`: the parser took `2 x` for a row of layers and stopped at the `+`.
        before, after = context.before_previous, context.previous
        apart = before not in context.statement  # by the end of a line, or a `;`
        if before is None or before.kind != "number" or apart or not starts_value(after):
            return None
    if before is None or after is None or not ends_value(before):
        return None
    if context.statement[:1] == [before] and before.text in COMMANDS:
        return None
    apart = before.end < after.start
    if context.opened and apart:
        with_commas = _commas(context)
        if with_commas is not None:
            return with_commas
    outside = not context.opened or context.opened[-1].text == "{"
    if outside and apart and context.first == "print":
        return SyntaxProblem(
            "MT112",
            f"a comma is missing between `{before.text}` and `{after.text}`",
            span(after),
            "`,` was expected before this",
            'write `print a, b, "text"`',
            fix=Fix(Span(before.end, after.start), ", "),
        )
    if outside and apart and after.text in COMMANDS:
        return _two_statements(before, after)
    if before.kind == "string" or after.kind == "string":
        return SyntaxProblem(
            "MT101",
            "text stands beside another value",
            span(after),
            "an operator or a comma is missing before this",
            'several values are shown with `print a, "text"`',
        )
    if before.text == "0" and after.kind == "word":
        based = number_with_base(span(before), after.text, span(after))
        if based is not None:
            return based
    if before.kind == "number" and after.kind == "number" and not apart:
        return SyntaxProblem(
            "MT114",
            f"`{before.text}{after.text}` is not a number",
            Span(before.start, after.end),
            "a number has one point",
            "write `1.5` or `1e-6`",
        )
    if before.kind == "word" and after.kind == "word":
        return None
    return SyntaxProblem(
        "MT108",
        f"an operator is missing between `{before.text}` and `{after.text}`",
        Span(before.start, after.end),
        "two values in a row",
        "did you mean `*`?",
        fix=Fix(Span(before.end, after.start), "*"),
    )


def _commas(context: Context) -> SyntaxProblem | None:
    """`[1 2 3]`, `f(a b)`: commas between all values of the bracket."""
    opener = context.opened[-1]
    at = next(i for i, piece in enumerate(context.pieces) if piece.start == opener.start)
    called = at > 0 and context.pieces[at - 1].end == opener.start
    called = called and ends_value(context.pieces[at - 1])
    if opener.text == "{" or (opener.text == "(" and not called):
        return None
    if opener.text == "[" and called:
        return None  # an index takes one value
    inside, depth = [opener], 1
    for piece in context.pieces[at + 1 :]:
        inside.append(piece)
        depth += (piece.kind == "open") - (piece.kind == "close")
        if depth == 0:
            break
    else:
        return None
    written = opener.text
    for left, right in pairwise(inside):
        gap = context.text[left.end : right.start]
        missing = gap and ends_value(left) and (starts_value(right) or right.text in "([")
        written += (", " if missing else gap) + right.text
    place = context.spot()
    return SyntaxProblem(
        "MT112",
        "a comma is missing between the values",
        place,
        "`,` was expected before this",
        f"write `{written}`" if len(written) <= 60 and "\n" not in written else "put `,` there",
        fix=Fix(Span(opener.start, inside[-1].end), written),
    )


def _choice(context: Context) -> SyntaxProblem | None:
    """`a if c` without `else`, `else` without `if`."""
    current, previous = context.current, context.previous
    unfinished = "_ELSE" in context.accepts and "_NEWLINE" not in context.accepts
    if unfinished and any(p.text == "if" for p in context.statement):
        return SyntaxProblem(
            "MT112",
            "`else` is missing",
            context.spot(),
            "a choice names both values",
            "write `a if c else b`",
        )
    if current is not None and current.text == "else":
        return SyntaxProblem(
            "MT101",
            "this `else` belongs to no `if`",
            context.spot(),
            "no `if` before it",
            "write `if c { ... } else { ... }`, or `a if c else b`",
        )
    value_wanted = previous is not None and "NUMBER" in context.accepts
    if value_wanted and current is not None and current.text == "if":
        return SyntaxProblem(
            "MT112",
            "a value is missing before `if`",
            context.spot(),
            "a value was expected",
            "write `x = a if c else b`",
        )
    return None


_RESERVED_HELP = {
    "in": "`in` belongs to `for x in xs`, or stands behind a value: `2 in xs`",
    "if": "`if` begins a statement, or a choice: `a if c else b`",
    "for": "`for` begins a statement, or goes through a list: `[a for x in xs]`",
    "while": "put `;` or a new line before it",
    "repeat": "put `;` or a new line before it",
    "break": "put `;` or a new line before it",
    "continue": "put `;` or a new line before it",
    "grad": "put an operator or a comma before it",
    "true": "put an operator or a comma before it",
    "false": "put an operator or a comma before it",
    "not": "write `a != b`, `a and not b`, or `a not in xs`",
    "and": "write a value on both sides: `a and b`",
    "or": "write a value on both sides: `a or b`",
}


def _reserved(context: Context) -> SyntaxProblem | None:
    """A reserved word where it cannot stand."""
    current, previous = context.current, context.previous
    if current is None or current.text not in RESERVED:
        return None
    name_wanted = "NAME" in context.accepts and "NUMBER" not in context.accepts
    if name_wanted and previous is not None and previous.text in ("for", ",", "del", "set", "as"):
        return SyntaxProblem(
            "MT109",
            f"`{current.text}` is a reserved word",
            span(current),
            "a name was expected",
            f"choose another name, such as `{current.text}_`",
            fix=Fix(span(current), f"{current.text}_"),
        )
    return SyntaxProblem(
        "MT109",
        f"`{current.text}` cannot stand here",
        span(current),
        "a reserved word",
        _RESERVED_HELP.get(current.text, ""),
    )


_DESCRIPTIONS = [
    ("NUMBER", "a value"),
    ("NAME", "a name"),
    ("SUM_OPERATOR", "an operator"),
    ("EQUAL", "`=`"),
    ("_IN", "`in`"),
    ("_TO", "`to`"),
    ("LBRACE", "`{`"),
    ("RBRACE", "`}`"),
    ("RPAR", "`)`"),
    ("RSQB", "`]`"),
    ("COMMA", "`,`"),
    ("_ELSE", "`else`"),
    ("_NEWLINE", "the end of the statement"),
]


def _unexpected(context: Context) -> SyntaxProblem:
    possible = [words for terminal, words in _DESCRIPTIONS if terminal in context.accepts]
    if "`in`" in possible and not context.wants_in:
        possible.remove("`in`")  # it is an operator
    if "a value" in possible and "a name" in possible:
        possible.remove("a name")
    expected = ""
    if possible:
        listed = ", ".join(possible[:-1])
        expected = f"{listed} or {possible[-1]}" if listed else possible[0]
        expected = f"here could stand {expected}"
    if context.current is None or context.current.kind == "newline":
        what = "the statement ends too early"
    else:
        what = f"`{context.current.text}` does not fit here"
    return SyntaxProblem("MT101", what, context.spot(), "not expected here", expected)
