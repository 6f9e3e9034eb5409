"""How names are spelled in the code made of a program.

Names of the program are Python's globals and locals there. Each gets a mark in front that nobody
can type, so that no name of Python (`__builtins__`, `eval`, `__debug__`), no helper and nothing
else of ours can be met, hidden or deleted, whatever a program calls its own.
"""

from __future__ import annotations

MARK = "."  # of names of the program, bound or predefined
HELPER = "$"  # of what the code calls beside them, see minitorch_shell/interpreter/helpers.py


def spelled(name: str) -> str:
    """A name of the program as the code has it."""
    return MARK + name


def unspelled(identifier: str) -> str:
    """The name of the program behind an identifier of the code."""
    return identifier.removeprefix(MARK)
