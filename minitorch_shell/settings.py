"""What `set NAME = value` can change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Settings:
    """digits: significant digits of printed numbers (17: all) · engine: how `train` computes."""

    digits: int = 6
    engine: str = "auto"
    preview: bool = True
