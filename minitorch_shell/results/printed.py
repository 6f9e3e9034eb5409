"""Values as the language prints them."""

from __future__ import annotations

from minitorch_shell.results.records import Description, Plain


def number_text(number: float, digits: int = 6) -> str:
    """At most `digits` significant digits; 17 shows all that are needed to tell floats apart.

    A whole number keeps its `.0`, so that it is seen to be a float.
    """
    text = repr(number) if digits >= 17 else f"{number:.{digits}g}"
    return text if any(mark in text for mark in ".en") else text + ".0"


def value_text(value: Plain, digits: int = 6) -> str:
    """Any plain value; strings stand bare, also in lists."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value, digits)
    if isinstance(value, list):
        return "[" + ", ".join(value_text(item, digits) for item in value) + "]"
    return value.text if isinstance(value, Description) else value
