"""What went wrong, put at its place in a program: spans and troubles become problems."""

from __future__ import annotations

from grammar.parser import Predefined
from grammar.problem import SyntaxProblem
from grammar.source import Source, Span
from grammar.syntax import Node
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.results.records import Fix, Place, Problem


def place(source: Source, span: Span) -> Place:
    """A span as people count; of several lines only the first is marked, to its end."""
    start = source.position(span.start)
    text = source.line(start.line)
    length = max(1, min(span.end - span.start, len(text) - start.column + 1))
    return Place(source.name, start.line, start.column, length, text)


def fix_at(source: Source, span: Span, text: str) -> Fix:
    """A replacement; unlike other places its own may go on over the line end, and may be empty."""
    return Fix(place(source, span)._replace(length=span.end - span.start), text)


def mended(source: Source, fix: Fix) -> str:
    """The text with a replacement made."""
    start = source.offset(fix.place.line, fix.place.column)
    return source.text[:start] + fix.text + source.text[start + fix.place.length :]


def syntax_problem(source: Source, problem: SyntaxProblem) -> Problem:
    """What the grammar found, as a result."""
    fix = None
    if problem.fix is not None:
        fix = fix_at(source, problem.fix.span, problem.fix.text)
    return Problem(
        "error",
        problem.code,
        problem.message,
        place(source, problem.place),
        problem.label,
        tuple((place(source, span), label) for span, label in problem.related),
        (problem.help,) if problem.help else (),
        fix,
    )


def all_syntax_problems(
    source: Source, first: SyntaxProblem, predefined: Predefined
) -> list[Problem]:
    """All that the grammar finds wrong with a text, of which `parse` raised the first."""
    from grammar.recovery import syntax_problems  # who has a program does not need it

    found = syntax_problems(source, first, predefined)
    return [syntax_problem(source, problem) for problem in found]


def trouble_problem(source: Source, node: Node | None, trouble: Trouble) -> Problem:
    """A trouble whose place is known to be in `source`."""
    at = trouble.node or node
    help = trouble.help or _advice_by_kind(trouble)
    return Problem(
        "error",
        trouble.code,
        trouble.message,
        place(source, at.place) if at is not None else None,
        trouble.label,
        tuple((place(source, part.place), label) for part, label in trouble.related),
        (help,) if help else (),
        fix_at(source, *trouble.fix) if trouble.fix is not None else None,
    )


def _advice_by_kind(trouble: Trouble) -> str:
    """What to do with a value of the wrong kind: `... takes numbers, not a network`."""
    if trouble.code != "MT302":
        return ""
    return next((help for kind, help in KIND_HELP.items() if trouble.message.endswith(kind)), "")


# What to do instead with a value that is no number, by its kind.
KIND_HELP = {
    "a string": "a number is written without quotes: `2`",
    "a network": "run the network first: `net(1, 0)` gives a number",
    "a function": "call the function first: `f(2)` gives a number",
    "a boolean": "make a number of it: `1 if a else 0`",
    "a data set": "`d[0]` is a row of it, and `for x, y in d { ... }` goes through them",
    "an optimizer": "an optimizer is used with `step opt`",
    "a layer": "a layer is used in a row: `net = linear(2,3) relu`",
    "a built-in function": "call the function first: `exp(2)` gives a number",
    "a list": "take an element of it, `xs[0]`, or go through it: `[x^2 for x in xs]`",
    "a tensor": "",
    "nothing": "this call gives no value",
}


def with_import(problem: Problem, at: Place | None) -> Problem:
    """The problem, with the `import` that led to it where nothing else is marked."""
    if at is None or problem.related or problem.place is None:
        return problem
    return problem._replace(related=((at, "imported here"),))
