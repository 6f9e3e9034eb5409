"""Lines that fit a terminal: prose broken between words, tables with narrower columns.

A terminal would break a line after its last column, in the middle of a word. Where output goes to a
file or a pipe there are no columns (None), and nothing is broken.
"""

from __future__ import annotations

import re
from typing import Any

NARROWEST = 12  # columns; below that nothing can be read anyway
READABLE = 78  # columns of a line of help on a wide screen, and where there is no screen
_TWO_PARTS = re.compile(r"( *)(\S.*?) {2,}(\S.*)")
_MEANING = re.compile(r".* {2,}(?=\S)")  # up to the last wide gap


# All but tab and newline; and what turns the direction of a line, so that it reads otherwise than
# it is, or ends it.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_PICTURES = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
_PICTURES |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_PICTURES |= dict.fromkeys(map(ord, "\u061c\u200e\u200f\u2028\u2029"), 0xFFFD)
_PICTURES |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD)


def wrap(text: str, width: int, **options: Any) -> list[str]:
    """textwrap's, which is imported where a line is too long."""
    import textwrap

    return textwrap.wrap(text, width, **options)


def visible(text: str) -> str:
    """The text without characters that command a terminal: `\\x1b` stands for an escape."""
    if text.isprintable():
        return text
    return _CONTROL.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def pictured(text: str) -> str:
    """The same with one sign for each character, also for tabs, so that columns stay."""
    return text if text.isprintable() else text.replace("\t", " ").translate(_PICTURES)


def prose(text: str, columns: int | None, *, lead: int = 0, indent: int = 2) -> list[str]:
    """A text as lines.

    `lead` columns of the first line are taken already; later lines stand `indent` columns further
    in than the first.
    """
    if columns is None or lead + len(text) <= columns:
        return [text]
    margin = len(text) - len(text.lstrip())
    lines = wrap(
        text.strip(), max(columns, NARROWEST),
        initial_indent=" " * (lead + margin), subsequent_indent=" " * (margin + indent),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [lines[0][lead:], *lines[1:]] if lines else [text]


def help_lines(line: str, columns: int | None) -> list[str]:
    """A line of help: a paragraph, or a form and, behind a wide gap, what it means.

    The meaning goes on in its own column; on a narrow screen all of it moves below the form.
    """
    columns = min(columns or READABLE, READABLE)
    if len(line) <= columns:
        return [line]
    parts = _TWO_PARTS.fullmatch(line)
    if parts is None:
        return prose(line, columns, indent=0)
    gap = _MEANING.match(line)
    column = gap.end() if gap is not None else 0
    if column <= columns // 2:
        first, *later = wrap(line[column:], columns - column, break_long_words=False)
        return [line[:column] + first, *(" " * column + text for text in later)]
    margin, form, meaning = parts.groups()
    below = " " * (len(margin) + 4) + re.sub(" {2,}", "  ", meaning)
    return [*prose(margin + form, columns), *prose(below, columns, indent=0)]
