"""Where the parse tables are kept, and what tells whether they fit the grammar."""

from __future__ import annotations

import os
import zlib

from grammar.vocabulary import GRAMMAR_FILE

TABLES_FILE = os.path.join(os.path.dirname(__file__), "tables.json")


def fingerprint() -> str:
    """What the tables depend on: the text of the grammar."""
    with open(GRAMMAR_FILE, "rb") as file:
        return f"{zlib.crc32(file.read()):08x}"
