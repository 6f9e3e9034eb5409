"""How far the next line stands in."""

from __future__ import annotations

from grammar.scan import unmatched_brackets

STEP = 4


def indentation(before: str) -> str:
    """The spaces at the start of the line that follows `before`: a step for each line that opens.

    Several brackets opened on one line count once.
    """
    opened, _ = unmatched_brackets(before)
    lines = {before.count("\n", 0, bracket.start) for bracket in opened}
    return " " * (STEP * len(lines))
