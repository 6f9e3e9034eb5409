"""Values as the language prints them."""

from __future__ import annotations

from minitorch_shell.results.records import Description, Plain


def number_text(number: float, digits: int = 6) -> str:
    """At most `digits` significant digits; 17 shows all that are needed to tell floats apart.

    A whole number keeps its `.0`, so that it is seen to be a float.
    """
    text = repr(number) if digits >= 17 else f"{number:.{digits}g}"
    return text if any(mark in text for mark in ".en") else text + ".0"


MOST_ELEMENTS = 100  # of a list that a terminal shows in full
FIRST, LAST = 6, 3  # of a longer one


def value_text(value: Plain, digits: int = 6, *, shortened: bool = False) -> str:
    """Any plain value; strings stand bare, also in lists.

    Of long lists only the first and the last elements where they are to be `shortened`.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value, digits)
    if isinstance(value, list):
        left_out = len(value) - FIRST - LAST
        items = value
        if shortened and len(value) > MOST_ELEMENTS:
            items = [*value[:FIRST], f"... {left_out:,} more ...", *value[-LAST:]]
        texts = (value_text(item, digits, shortened=shortened) for item in items)
        return "[" + ", ".join(texts) + "]"
    return value.text if isinstance(value, Description) else value
