"""What a mistake means in the light of the text around it.

The builder of the tree sees no text, only the parts of one rule; what it finds wrong is looked at
again here, with all that `diagnose` does not get to see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from grammar.problem import Fix, SyntaxProblem
from grammar.scan import scan
from grammar.source import Source, Span

_LONE_RETURN = re.compile(r"\r(?!\n)")
_GRADIENT_WANTED = re.compile(
    r"\b(?:[Tt]ensor|Variable|Value|Parameter)\(([^()\n]{1,80}), ?requires_grad ?= ?True ?\)"
)


def second_look(
    problem: SyntaxProblem, source: Source, predefined: Mapping[str, str]
) -> SyntaxProblem:
    """The problem, or another one that says better what is wrong."""
    text = source.text
    return (
        _lone_returns(problem, text)
        or _gradient_wanted(problem, text)
        or _layers_with_commas(problem, text, predefined)
        or problem
    )


def _lone_returns(problem: SyntaxProblem, text: str) -> SyntaxProblem | None:
    """Lines that end as on very old Macintoshes."""
    if not _LONE_RETURN.search(text):
        return None
    return SyntaxProblem(
        "MT105",
        "the lines of this text end in a carriage return without a line feed",
        problem.place,
        "stands on the same line",
        "save the file with the line ends of Unix or Windows",
        fix=Fix(Span(0, len(text)), _LONE_RETURN.sub("\n", text)),
        covers=(Span(0, len(text)),),
    )


def _gradient_wanted(problem: SyntaxProblem, text: str) -> SyntaxProblem | None:
    """`Tensor(3.0, requires_grad=True)`"""
    for match in _GRADIENT_WANTED.finditer(text):
        if match.start() <= problem.place.start < match.end() and problem.code == "MT113":
            return SyntaxProblem(
                "MT113",
                "numbers are tensors already, and have gradients",
                Span(*match.span()),
                "Python's form",
                f"write `{match[1].strip()}` alone, as in `x = {match[1].strip()}`",
                fix=Fix(Span(*match.span()), match[1].strip()),
            )
    return None


def _layers_with_commas(
    problem: SyntaxProblem, text: str, predefined: Mapping[str, str]
) -> SyntaxProblem | None:
    """`net = linear(5,4), relu, linear(4,1)`"""
    if problem.code != "MT110" or not problem.message.startswith("`=` takes one value"):
        return None
    start = _behind_single_target(text[: problem.place.start])
    if start is None:
        return None
    row, depth, layers = "", 0, 0
    for piece in scan(text[start : problem.place.end]):
        depth += (piece.kind == "open") - (piece.kind == "close")
        comma = depth == 0 and piece.text == ","
        row += "" if comma else piece.text
        layers += depth == 0 and predefined.get(piece.text) == "layer"
    if not layers:
        return None
    return SyntaxProblem(
        problem.code,
        "layers stand side by side, without commas",
        problem.place,
        "commas before this",
        f"write `{row.strip()}`",
        fix=Fix(Span(start, problem.place.end), row),
    )


def _behind_single_target(beginning: str) -> int | None:
    """Where the value of the last `name = ...` begins; None where several names are bound."""
    start, depth, several = None, 0, False
    for piece in scan(beginning):
        depth += (piece.text in ("(", "[")) - (piece.text in (")", "]"))
        if depth > 0:
            continue
        if piece.kind == "newline" or piece.text in (";", "{", "}"):
            several = False
        elif piece.text == "=":
            start = None if several else piece.end
        elif piece.text == ",":
            several = True
    return start
