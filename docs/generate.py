"""Write the pages that are made from the program's own tables: `python docs/generate.py`.

A test compares them with what this makes, so they cannot fall behind.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from minitorch_shell.catalogue.builtins import TABLE, Builtin

HERE = Path(__file__).parent

GROUPS = {
    "function": "Functions",
    "layer": "Layers",
    "loss": "Losses",
    "optimizer": "Optimizers",
    "data": "Data sets",
    "constant": "Constants",
}


def builtins_page() -> str:
    """The reference of predefined names."""
    parts = [
        "# Predefined names",
        "Made from the table in `minitorch_shell/catalogue/builtins.py` by "
        "`python docs/generate.py`. "
        "The examples are run in the tests; below each stands what it prints.",
    ]
    for group, title in GROUPS.items():
        parts.append(f"## {title}")
        parts.extend(_entry(builtin) for builtin in TABLE if builtin.group == group)
    return "\n\n".join(parts) + "\n"


def _entry(builtin: Builtin) -> str:
    text = f"### `{builtin.signature}`\n\n{builtin.doc[0].upper()}{builtin.doc[1:]}."
    if builtin.example:
        text += f"\n\n```\n{builtin.example}\n```\n```\n{builtin.output}\n```"
    return text


PAGES: dict[str, Callable[[], str]] = {"builtins.md": builtins_page}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
