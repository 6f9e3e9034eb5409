"""Functions and derivatives in the forms of other languages: `f(x) { x^2 }`, `f'(2)`."""

from __future__ import annotations

from grammar.mistakes.context import Context, span
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
