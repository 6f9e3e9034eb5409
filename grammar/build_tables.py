"""Write the parse tables that ship with the package: `python -m grammar.build_tables`."""

from __future__ import annotations

import json

from grammar.parser import TABLES_FILE, build, tables

if __name__ == "__main__":
    text = json.dumps(tables(build()), separators=(",", ":"), sort_keys=True)
    TABLES_FILE.write_text(text + "\n", encoding="utf-8")
    print(f"{TABLES_FILE.name}: {len(text):,} characters")
