"""The data in engine/data, which says where it comes from: read when it is asked for."""

import gzip
import pkgutil
from functools import cache


@cache
def table(name: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The names of the columns, and the rows as texts, of a file in engine/data."""
    content = pkgutil.get_data("engine", f"data/{name}")
    assert content is not None
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("ascii")
    header, *rows = [tuple(line.split(",")) for line in text.splitlines()]
    return header, tuple(rows)
