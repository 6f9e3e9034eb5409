"""The comments that carry meaning: narration `#:`, expected output `#=`, presenter's notes `#!`.

They are found by a scan of the text, not by the grammar, so that they can stand anywhere.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from grammar.scan import scan
from grammar.source import Source
from grammar.syntax import Program, Statement

Kind = Literal["narration", "expected", "note"]

_KINDS: dict[str, Kind] = {"#:": "narration", "#=": "expected", "#!": "note"}


class Remark(NamedTuple):
    """One such comment: its line (from 1), its kind, its text without the sign and one space."""

    line: int
    kind: Kind
    text: str


def remarks(source: Source) -> list[Remark]:
    """All of them, in order. A first line that begins with `#!` is the shebang and none."""
    found = []
    for piece in scan(source.text):
        if piece.kind != "comment" or piece.text[:2] not in _KINDS:
            continue
        kind = _KINDS[piece.text[:2]]
        if kind == "note" and piece.start == 0:
            continue
        text = piece.text[2:].rstrip("\r").removeprefix(" ")
        found.append(Remark(source.position(piece.start).line, kind, text))
    return found


def expectations(source: Source, program: Program) -> list[tuple[Statement | None, list[Remark]]]:
    """The `#=` lines, each group with the top-level statement above it (or on its line).

    A group before the first statement has None.
    """
    starts = [source.position(statement.place.start).line for statement in program.statements]
    groups: list[tuple[Statement | None, list[Remark]]] = []
    at = -1
    for remark in remarks(source):
        if remark.kind != "expected":
            continue
        while at + 1 < len(starts) and starts[at + 1] <= remark.line:
            at += 1
        owner = program.statements[at] if at >= 0 else None
        if groups and groups[-1][0] is owner:
            groups[-1][1].append(remark)
        else:
            groups.append((owner, [remark]))
    return groups
