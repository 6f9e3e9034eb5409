"""What kind of value something is, in the learner's words.

Scalars are the engine's `Tensor`, numbers Python's float, counts int, booleans bool, strings str.
The classes of this folder say their own kind, as `KIND`.
"""

from __future__ import annotations

from engine.tensor import Tensor

KINDS: dict[type, str] = {
    Tensor: "a tensor",
    bool: "a boolean",
    int: "a count",
    float: "a number",
    str: "a string",
    type(None): "nothing",
}


def kind_of(value: object) -> str:
    """What a value is, in the learner's words."""
    kind: str | None = getattr(type(value), "KIND", None)
    if kind is not None:
        return kind
    for python_type in type(value).__mro__:
        if python_type in KINDS:
            return KINDS[python_type]
    if hasattr(value, "evaluation_rows"):
        return "a data set"
    return "an optimizer" if hasattr(value, "step") else "a built-in function"
