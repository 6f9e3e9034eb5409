"""The layers as values: what their bare names stand for outside of a row."""

from __future__ import annotations

from typing import Any

from engine import functions as of_scalars
from engine import probability
from minitorch_shell.library.elementwise import element_by_element
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.layers import LayerName, _plain
from minitorch_shell.values.vector import Vector, as_vector


def layer(name: str) -> Any:
    """What the name of a layer stands for outside of a row: a function, or just a layer's name."""
    if name == "leaky_relu":
        return leaky_relu
    if name == "softmax":
        return softmax
    rule = getattr(of_scalars, name, None)
    return LayerName(name) if rule is None else element_by_element(name, rule)


def leaky_relu(x: Any, slope: Any = 0.01) -> Any:
    number = _plain(slope, "slope")
    return element_by_element("leaky_relu", lambda v: of_scalars.leaky_relu(v, number))(x)


def softmax(xs: Any) -> Vector:
    """Probabilities that add up to 1, one for each score of the list."""
    if not isinstance(xs, list) or not xs:
        raise Trouble("MT302", f"`softmax` takes a list of scores, not {kind_of(xs)}")
    plain = not any(hasattr(item, "data") for item in xs)
    result = probability.softmax(xs)
    return Vector([item.data for item in result]) if plain else as_vector(result)
