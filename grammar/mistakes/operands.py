"""The values on both sides of a sign that the parser does not know, as far as they reach."""

from __future__ import annotations

from grammar.mistakes.context import COMMANDS, Context, ends_value, starts_value
from grammar.scan import Piece

_SIGNS = frozenset({"+", "-"})
_INSIDE = frozenset({"*", "/", "%", "@", "^", "**", "(", "[", "grad"})  # of a product


def chain_before(context: Context, end: int) -> int | None:
    """Where the value begins that ends at an offset: a name, with calls and indices behind it."""
    pieces = [p for p in context.pieces if p.end <= end]
    at = len(pieces) - 1
    if at < 0 or pieces[at].end != end:
        return None
    while at >= 0 and pieces[at].text in (")", "]"):
        depth = 0
        while at >= 0:
            depth += (pieces[at].kind == "close") - (pieces[at].kind == "open")
            if depth == 0:
                break
            at -= 1
        if at < 0:
            return None
        called = at > 0 and ends_value(pieces[at - 1]) and pieces[at - 1].end == pieces[at].start
        if not called:
            return pieces[at].start
        at -= 1
    if at > 0 and pieces[at].kind == "primes":
        at -= 1
    return pieces[at].start if at >= 0 and ends_value(pieces[at]) else None


def product_before(context: Context, end: int) -> int | None:
    """Where the product begins that ends before an offset; None where there is no value."""
    pieces = [p for p in context.statement if p.end <= end]
    if pieces and pieces[0].text in COMMANDS:
        pieces = pieces[1:]
    at, depth, start = len(pieces) - 1, 0, None
    while at >= 0:
        piece = pieces[at]
        depth += (piece.kind == "close") - (piece.kind == "open")
        if depth < 0:
            break
        if depth == 0:
            before = pieces[at - 1] if at else None
            sign = piece.text in _SIGNS and not ends_value(before)
            inside = ends_value(piece) or sign or piece.text in _INSIDE
            if not inside:
                break
            if ends_value(piece) and start is not None and _apart(piece, pieces[at + 1]):
                break
            start = piece.start
        at -= 1
    return start


def _apart(piece: Piece, after: Piece) -> bool:
    """Whether two values stand side by side, as in `print x`."""
    return starts_value(after) or (after.text in ("(", "[") and piece.end < after.start)


def power_behind(context: Context, start: int) -> int | None:
    """Where the value ends that begins at or behind an offset; None where there is none.

    A sign before it, what is called or indexed, and powers belong to it.
    """
    pieces = [p for p in context.pieces if p.start >= start]
    at = 0
    while at < len(pieces) and (pieces[at].text in _SIGNS or pieces[at].text == "grad"):
        at += 1
    if at >= len(pieces):
        return None
    end = None
    if pieces[at].text in ("(", "["):
        end = _behind_bracket(pieces, at)
    elif starts_value(pieces[at]):
        end = at
    while end is not None:
        after = pieces[end + 1] if end + 1 < len(pieces) else None
        if after is not None and after.text in ("(", "[") and after.start == pieces[end].end:
            end = _behind_bracket(pieces, end + 1)
        elif after is not None and after.kind == "primes":
            end += 1
        elif after is not None and after.text in ("^", "**"):
            return power_behind(context, after.end)
        else:
            return pieces[end].end
    return None


def _behind_bracket(pieces: list[Piece], at: int) -> int | None:
    """The place of the bracket that closes the one at `at`."""
    depth = 0
    for place in range(at, len(pieces)):
        depth += (pieces[place].kind == "open") - (pieces[place].kind == "close")
        if depth == 0:
            return place
    return None
