"""Widths that do not fit, in words: said by a check as by a run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grammar import syntax
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.widths import WidthClash, WidthUnknown


def width_trouble(
    clash: WidthClash, left: str, right: str, nodes: Sequence[syntax.Node]
) -> Trouble:
    """Two neighbours whose widths differ, both marked."""
    return Trouble(
        "MT301",
        f"these layers do not fit: {clash.gives} out of the first, {clash.takes} into the second",
        node=nodes[clash.right],
        label=f"takes {clash.takes}",
        related=((nodes[clash.left], f"gives {clash.gives}"),),
        help=_fitting(clash, left, right, nodes),
    )


_FIRST_WIDTH = re.compile(r"(\w+\()(\d+)([,)].*)")


_LAST_WIDTH = re.compile(r"(linear\([^,]+,)(\d+)\)")


def _is_call(node: syntax.Node, text: str) -> bool:
    """Whether the layer is written out at its place, not the result of something else."""
    function = node.function if isinstance(node, syntax.Call) else None
    return isinstance(function, syntax.Name) and text.startswith(f"{function.name}(")


def _fitting(clash: WidthClash, left: str, right: str, nodes: Sequence[syntax.Node]) -> str:
    """What to write instead of the layer that stands there, else of the one before it."""
    written = [_is_call(nodes[clash.left], left), _is_call(nodes[clash.right], right)]
    first = _FIRST_WIDTH.fullmatch(right)
    if written[1] and first:
        name, _, rest = first.groups()
        good = f"write `{name}{clash.gives}{rest}`"
        return good if name == "mlp(" else f"{good}, or let `?` fill it in: `{name}?{rest}`"
    last = _LAST_WIDTH.fullmatch(left)
    if written[0] and last:
        return f"write `{last[1]}{clash.takes})`, or let `?` fill it in: `{last[1]}?)`"
    return (
        f"`{left}` must give as many numbers as `{right}` takes: put a layer between them: "
        f"`linear({clash.gives},{clash.takes})`"
    )


def unknown_trouble(unknown: WidthUnknown, nodes: Sequence[syntax.Node]) -> Trouble:
    """A `?` that no neighbour tells."""
    side = "before" if unknown.side == "in" else "behind"
    return Trouble(
        "MT315",
        "this `?` cannot be known",
        node=nodes[unknown.at],
        label=f"nothing {side} it tells the width",
        help="write the number, or put a layer of known width beside it",
    )
