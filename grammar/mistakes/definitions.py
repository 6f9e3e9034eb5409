"""Functions and derivatives in the forms of other languages: `f(x) { x^2 }`, `f(2)'`."""

from __future__ import annotations

from grammar.mistakes.context import Context, ends_value, span
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
    """`f(2)'`, `(f + g)'(2)`"""
    text, end = context.text, quote.start
    while text[end : end + 1] == "'":
        end += 1
    before = [piece for piece in context.pieces if piece.end <= quote.start]
    if "'" in text[end:].split("\n", 1)[0] or not before or before[-1].text != ")":
        return None
    if before[-1].end < quote.start:
        return None
    signs = text[quote.start : end]
    opener = _opening(before)
    at = opener - 1
    while at > 0 and before[at].kind == "primes":
        at -= 1
    name = before[at] if opener else None
    fix, help = None, f"give the function a name: `h(x) = ...`, then `h{signs}(2)`"
    if name is not None and name.kind == "word" and ends_value(name):
        head = text[name.start : before[opener].start].rstrip()
        call = head + signs + text[before[opener].start : quote.start]
        help = f"write `{call}`"
        if text[end : end + 1] != "(":
            fix = Fix(Span(name.start, end), call)
        else:
            help = f"write `{head}{signs}(2)`"
    return SyntaxProblem(
        "MT113",
        "the sign of a derivative stands directly behind the name of the function",
        Span(quote.start, end),
        "from the whiteboard",
        help,
        fix=fix,
    )


def _opening(pieces: list[Piece]) -> int:
    """Where the bracket is opened that the last of the pieces closes; 0 where it is not."""
    depth = 0
    for at in range(len(pieces) - 1, -1, -1):
        depth += (pieces[at].text == ")") - (pieces[at].text == "(")
        if depth == 0:
            return at
    return 0
