"""Where the parse tables are kept, and what tells whether they fit the grammar."""

from __future__ import annotations

import zlib
from pathlib import Path

from grammar.vocabulary import GRAMMAR_FILE

TABLES_FILE = Path(__file__).with_name("tables.json")


def fingerprint() -> str:
    """What the tables depend on: the text of the grammar."""
    return f"{zlib.crc32(GRAMMAR_FILE.read_bytes()):08x}"
