"""Functions and derivatives in the forms of other languages: `f(x) { x^2 }`, `f(2)'`."""

from __future__ import annotations

from grammar.mistakes.context import Context, ends_value, span
from grammar.problem import Fix, SyntaxProblem
from grammar.scan import Piece
from grammar.source import Span

_ONE_EXPRESSION = "a function is one expression: `f(x) = x^2 + 1`"


def braced_definition(context: Context) -> SyntaxProblem | None:
    """`f(x) { x^2 }`, `f(x) = { return x^2 }`"""
    current, pieces = context.current, context.statement
    if current is None or current.text != "{":
        return None
    head = pieces[:-1] if pieces and pieces[-1].text == "=" else pieces
    if len(head) < 3 or [head[0].kind, head[1].text, head[-1].text] != ["word", "(", ")"]:
        return None
    if not all(p.kind == "word" or p.text == "," for p in head[2:-1]):
        return None
    fix, help = None, _ONE_EXPRESSION
    closing = _closing(context, current)
    if closing is not None:
        body = context.text[current.end : closing.start].strip().rstrip(";").rstrip()
        body = body.removeprefix("return ").strip()
        if body and not set(body) & set("\n;{"):
            good = f"{context.text[head[0].start : head[-1].end]} = {body}"
            fix, help = Fix(Span(head[0].start, closing.end), good), f"write `{good}`"
    return SyntaxProblem(
        "MT113",
        "a function has no block: it is one expression",
        span(current),
        "from another language",
        help,
        fix=fix,
    )


def _closing(context: Context, opener: Piece) -> Piece | None:
    depth = 0
    for piece in context.pieces:
        if piece.start < opener.start:
            continue
        depth += (piece.text == "{") - (piece.text == "}")
        if depth == 0:
            return piece
    return None


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
