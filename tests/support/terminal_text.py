"""What a text does to the terminal that shows it."""

import unicodedata

TURNS = {"RLE", "LRE", "RLO", "LRO", "PDF", "LRI", "RLI", "FSI", "PDI"}
ALLOWED = "\t\n"


def controls(text: str) -> str:
    """The characters of a text that may command a terminal, or turn what it shows."""
    return "".join(
        c for c in text
        if ((c < " " or "\x7f" <= c < "\xa0") and c not in ALLOWED)
        or unicodedata.bidirectional(c) in TURNS
    )  # fmt: skip
