"""What `set NAME = value` can change."""

from __future__ import annotations


class Settings:
    """The settings, which belong to the state of a session.

    digits   significant digits of printed numbers (17: all)
    engine   how `train` computes: auto, eager or compiled
    tables   how values of `table(...)` are shown: aligned or markdown
    preview  whether the shell shows the value of an expression while it is typed
    """

    __slots__ = ("digits", "engine", "preview", "tables")

    def __init__(self) -> None:
        self.digits = 6
        self.engine = "auto"
        self.preview = True
        self.tables = "aligned"
