"""From Python frames to places in programs: what is being executed, what raised."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import FrameType, TracebackType

from grammar.source import Source
from grammar.syntax import Node
from minitorch_shell.lowering.unit import Unit


def under_way(units: Mapping[str, Unit]) -> tuple[Unit, Node] | None:
    """What is being executed: the innermost frame of compiled code, and the node of its line."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        unit = units.get(frame.f_code.co_filename)
        if unit is not None:
            return unit, unit.node(frame.f_lineno)
        frame = frame.f_back
    return None


Spot = tuple[Source, Node]


def spots(traceback: TracebackType | None, units: Mapping[str, Unit]) -> list[Spot]:
    """The places in programs that a traceback goes through, innermost last."""
    found: list[Spot] = []
    while traceback is not None:
        unit = units.get(traceback.tb_frame.f_code.co_filename)
        if unit is not None:
            found.append((unit.source, unit.node(traceback.tb_lineno)))
        traceback = traceback.tb_next
    return found
