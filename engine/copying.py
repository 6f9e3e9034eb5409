"""Copies of whole graphs, node by node from the leaves on, so that no depth is too deep."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from engine.sweep import children_first

AT_ONCE = (float, str, type(None))
LEFT_OUT = ("__weakref__", "__dict__", "_sweep")


def copied(output: Any, memo: dict[int, Any]) -> Any:
    """What `copy.deepcopy` gives for a tensor: its graph again, shared as it was shared."""
    for tensor in children_first(output, memo):
        twin = object.__new__(type(tensor))
        memo[id(tensor)] = twin  # all that it refers to has a twin already
        twin._sweep = None
        for slot in _slots(type(tensor)):
            try:
                value = getattr(tensor, slot)
            except AttributeError:  # never set
                continue
            setattr(twin, slot, value if type(value) in AT_ONCE else deepcopy(value, memo))
        for name, value in getattr(tensor, "__dict__", {}).items():
            twin.__dict__[name] = deepcopy(value, memo)
    return memo[id(output)]


def _slots(kind: type) -> Iterator[str]:
    for base in kind.__mro__:
        slots = vars(base).get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot not in LEFT_OUT:
                yield slot
