"""The layers as values: what their bare names stand for outside of a row."""

from __future__ import annotations

from typing import Any

from engine import functions as of_scalars
from engine import probability
from engine.nn import LAYERS
from minitorch_shell.library.elementwise import element_by_element
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.layers import LayerName, plain_number
from minitorch_shell.values.vector import Vector, as_vector


def layer(name: str) -> Any:
    """What the name of a layer stands for outside of a row.

    A layer that goes through its numbers one by one is a function of numbers and lists, any other
    (but `softmax`) just a name.
    """
    if name == "softmax":
        return softmax
    rule = getattr(of_scalars, name, None)
    if rule is None:
        return LayerName(name)
    kind = LAYERS[name]
    if not kind.settings:
        return element_by_element(name, rule)

    def apply(x: Any, *values: Any, **options: Any) -> Any:
        given = dict(zip(kind.settings, values, strict=False)) | options
        numbers = {setting: plain_number(value, setting) for setting, value in given.items()}
        made = kind(**numbers)
        settings = [getattr(made, setting) for setting in kind.settings]
        return element_by_element(name, lambda number: rule(number, *settings))(x)

    apply.__name__ = name
    return apply


def softmax(xs: Any) -> Vector:
    """Probabilities that add up to 1, one for each score of the list; of a matrix row by row."""
    if isinstance(xs, list) and xs and all(isinstance(row, list) for row in xs):
        return Vector([softmax(row) for row in xs])
    if not isinstance(xs, list) or not xs:
        raise Trouble("MT302", f"`softmax` takes a list of scores, not {kind_of(xs)}")
    plain = not any(hasattr(item, "data") for item in xs)
    result = probability.softmax(xs)
    return Vector([item.data for item in result]) if plain else as_vector(result)
