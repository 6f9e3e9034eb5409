"""Every error and note: what it means in the learner's words, a program that has it, one without.

`help MT203` shows an entry, docs/errors.md is made from them. The tests run both programs of each.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """What a code means; `wrong` is a program that gives it ("" where none can), `right` a mended
    one.
    """

    code: str
    title: str
    explanation: str
    wrong: str
    right: str


CLASSES = {
    "MT1": "How a program is written",
    "MT2": "Names and arguments",
    "MT3": "Values and shapes",
    "MT4": "Gradients",
    "MT5": "Training and data",
    "MT6": "Files",
    "MT7": "Limits",
    "MT9": "Faults of minitorch itself",
}


def _rows() -> tuple[Entry, ...]:
    from minitorch_shell.catalogue.error_entries import ENTRIES

    return tuple(Entry(*row) for row in ENTRIES)


def entry(code: str) -> Entry | None:
    """The entry of a code such as `MT203`, also when written `mt203`."""
    return next((row for row in _rows() if row.code == code.upper()), None)


def entries() -> tuple[Entry, ...]:
    """All entries, in the order of their codes."""
    return _rows()


def reference_page() -> str:
    """docs/errors.md."""
    lines = [
        "# Errors and notes",
        "",
        "Every message carries a code; `help MT203` shows its entry in the shell and in scripts.",
        "An error stops a program, a note does not. This page is made from",
        "`minitorch_shell/catalogue/error_entries.py` by",
        "`python -m minitorch_shell.catalogue.errors`.",
    ]
    heading = ""
    for row in entries():
        if CLASSES[row.code[:3]] != heading:
            heading = CLASSES[row.code[:3]]
            lines += ["", f"## {heading} ({row.code[:3]}xx)"]
        lines += ["", f"### {row.code}: {row.title}", "", row.explanation]
        for word, program in (("Wrong", row.wrong), ("Right", row.right)):
            if program:
                lines += ["", f"{word}:", "", "```", *program.split("\n"), "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(reference_page(), end="")
