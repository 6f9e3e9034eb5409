"""Functions and derivatives in the forms of other languages: `f(x) { x^2 }`, `f'(2)`."""

from __future__ import annotations

from grammar.mistakes.context import Context, span
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span


def braced_definition(context: Context) -> SyntaxProblem | None:
    """`f(x) { x^2 }`, without the `=`."""
    current, head = context.current, context.statement
    if current is None or current.text != "{" or len(head) < 3:
        return None
    if [head[0].kind, head[1].text, head[-1].text] != ["word", "(", ")"]:
        return None
    if not all(p.kind == "word" or p.text == "," for p in head[2:-1]):
        return None
    heading = context.text[head[0].start : head[-1].end]
    return SyntaxProblem(
        "MT113",
        "a `=` is missing between a function and its block",
        span(current),
        "from another language",
        f"write `{heading} = {{ ... }}`",
        fix=Fix(Span(head[-1].end, current.start), " = "),
    )


def where_clause(context: Context) -> SyntaxProblem | None:
    """`f(x) = m where g(t) = 2`, `f(x) = m where m = 1, 2`"""
    current, pieces = context.current, context.statement
    words = [piece.text for piece in pieces]
    if current is None or "where" not in words or "=" not in words[: words.index("where")]:
        return None
    inside = words[words.index("where") + 1 :]
    if current.text == "=" and "=" not in inside[-2:] and inside:
        label = "what is before it is no name"
    elif inside[-1:] == [","]:
        label = "not a name"
    else:
        return None
    return SyntaxProblem(
        "MT110",
        "behind `where` stand names, each with one value",
        span(current),
        label,
        "write `f(xs) = (xs[0] - m)/s where m = mean(xs), s = 2`; a function is defined before",
    )


def gradient_call(context: Context) -> SyntaxProblem | None:
    """`grad(y, x)`"""
    current, opened, pieces = context.current, context.opened, context.statement
    if current is None or current.text != "," or not opened or opened[-1] not in pieces:
        return None
    at = pieces.index(opened[-1])
    if at == 0 or [p.text for p in pieces[at - 1 : at + 1]] != ["grad", "("]:
        return None
    word = pieces[at - 1]
    closing = next((p for p in context.rest if p.text == ")"), None)
    output = context.text[opened[-1].end : current.start].strip()
    leaf = context.text[current.end : closing.start].strip() if closing else ""
    fix = None
    if not (output and leaf) or "," in leaf:
        output, leaf = "y", "x"
    elif closing is not None and at == 1:
        fix = Fix(Span(word.start, closing.end), f"backward {output}; grad {leaf}")
    return SyntaxProblem(
        "MT113",
        "`grad` takes one value: it shows what the last `backward` has found",
        span(current),
        "a second one",
        f"write `backward {output}` first, then `grad {leaf}`",
        fix=fix,
    )


def derivative_sign(context: Context, quote: Piece) -> SyntaxProblem | None:
    """`f'(2)`"""
    name = next((p for p in context.pieces if p.end == quote.start and p.kind == "word"), None)
    if name is None or context.text[quote.end : quote.end + 1] != "(":
        return None
    return SyntaxProblem(
        "MT113",
        "there is no `'` for derivatives",
        span(quote),
        "from the whiteboard",
        f"a derivative is a gradient: `x = 2; y = {name.text}(x); backward y; grad x`",
    )
