"""Minitorch tried as an attacker would: `python -m tests.abuse` prints what came of it.

Programs, kills, interrupts, corrupted files, hostile names and paths, each class in a module of its
own. A try is made from the seed, the name of its class and its number alone, so it can be repeated.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# As `pythonpath` in pyproject.toml does for the tests.
for _folder in (str(ROOT), str(ROOT / "tests" / "support")):
    if _folder not in sys.path:
        sys.path.append(_folder)
