"""Widths before anything runs: rows of layers whose numbers are written out.

It knows the shape of a network as far as the text tells it, and says nothing where it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from grammar import syntax as s
from grammar.source import Span
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.data import FAVOURITES, default_width
from minitorch_shell.values.layers import PLANS
from minitorch_shell.values.network import Network
from minitorch_shell.values.width_troubles import unknown_trouble, width_trouble
from minitorch_shell.values.widths import Width, WidthClash, WidthUnknown, fit

Shape = tuple[Width, Width, bool]  # inputs, outputs, keeps the width of what comes in


Report = Callable[[Trouble, s.Node], None]


class RowCheck:
    """Checks rows, and remembers the shapes of the networks that names stand for."""

    def __init__(
        self, report: Report, names: Mapping[str, Any], is_local: Callable[[str], bool]
    ) -> None:
        self.report = report
        self.is_local = is_local  # parameters stand for something else than what is bound
        self.begun_with = names  # not copied, there may be thousands
        self.bound: set[str] = set()  # beside those
        self.anything = False  # any name may stand for something else than at the beginning
        self.trained_on = ""  # the name of the data of the last `train` or `test`
        self.numbers: set[str] = set()  # names that certainly stand for no network
        self.shapes: dict[str, Shape | None] = {}  # None: not known any more

    def is_bound(self, name: str) -> bool:
        """Whether the program has given the name a value."""
        return name in self.bound or name in self.begun_with

    def shape_of(self, name: str) -> Shape | None:
        """The shape of the network that a name stands for, as far as it is known."""
        if name in self.shapes or self.anything:
            return self.shapes.get(name)
        value = self.begun_with.get(name)
        if isinstance(value, Network):
            return value.inputs, value.outputs, value.inputs is None
        return None

    def forget(self, names: Iterable[str]) -> None:
        """These names stand for something that is not known statically."""
        for name in names:
            self.bound.add(name)
            self.shapes[name] = None
            self.numbers.discard(name)

    @contextmanager
    def without(self, names: Iterable[str]) -> Iterator[None]:
        """For a while it is not known what these names stand for."""
        kept = self.bound.copy(), self.numbers.copy(), self.shapes.copy()
        self.forget(names)
        try:
            yield
        finally:
            self.bound, self.numbers, self.shapes = kept

    @contextmanager
    def function(self, names: list[str]) -> Iterator[None]:
        """While a function is looked at, these names are its own."""
        kept = [
            (name, name in self.bound, name in self.numbers, self.shape_of(name)) for name in names
        ]
        trained_on = self.trained_on
        self.forget(names)
        try:
            yield
        finally:
            self.forget(names)
            self.trained_on = trained_on
            for name, bound, number, shape in kept:
                if not bound:
                    self.bound.discard(name)
                if number:
                    self.numbers.add(name)
                self.shapes[name] = shape

    def forget_all(self) -> None:
        """Any name may stand for something else now."""
        self.anything = True
        self.shapes.clear()
        self.numbers.clear()

    def bind(self, names: list[str], value: s.Expression) -> None:
        """`name = value`: remember the shape, if it is one."""
        self.forget(names)
        if len(names) == 1:
            shape = self.shape(value)
            if shape is not None:
                self.shapes[names[0]] = shape
            elif isinstance(value, _NO_NETWORK):
                self.numbers.add(names[0])

    def shape(self, node: s.Expression) -> Shape | None:
        """The shape of a network or layer; None where the text does not tell."""
        if isinstance(node, s.With):
            return self.shape(node.network)
        if isinstance(node, s.Name) and not self.is_local(node.name):
            known = self.shape_of(node.name)
            if known is not None:
                return known
            if node.name in PLANS and not self.is_bound(node.name):
                return None, None, True
            return None
        if isinstance(node, s.Call):
            return self.call_shape(node)
        if isinstance(node, s.Row):
            return self.row_shape(node)
        return None

    def call_shape(self, node: s.Call) -> Shape | None:
        name = node.function.name if isinstance(node.function, s.Name) else ""
        if self.is_bound(name) or self.is_local(name):
            return None
        widths = [_width(argument) for argument in node.arguments]
        if name == "linear" and len(widths) >= 2 and UNKNOWN not in widths[:2]:
            return widths[0], widths[1], False
        if name == "neuron" and len(widths) == 1 and UNKNOWN not in widths:
            return widths[0], 1, False
        if name == "mlp" and len(widths) >= 3 and UNKNOWN not in (widths[0], widths[2]):
            return widths[0], widths[2], False
        if name in PLANS and name not in ("linear", "neuron"):
            return None, None, True
        return None

    def row_shape(self, node: s.Row) -> Shape | None:
        shapes = [self.shape(element) for element in node.elements]
        if any(shape is None for shape in shapes):
            return None
        known = [shape for shape in shapes if shape is not None]
        carriers = [at for at, shape in enumerate(known) if not shape[2]]
        if not carriers:
            return None, None, True
        try:
            filled = fit(known)
        except (WidthClash, WidthUnknown):
            return None
        return filled[carriers[0]][0], filled[carriers[-1]][1], False

    def check(self, node: s.Row | s.With) -> None:
        """Report neighbours that do not fit, `?` that nobody tells, values that are no layers."""
        inner = node.network if isinstance(node, s.With) else node
        elements = inner.elements if isinstance(inner, s.Row) else [inner]
        if self.without_values(elements):
            return
        self.not_layers(elements)
        for start, stop in self._stretches(elements):
            part = elements[start:stop]
            shapes = [shape for element in part if (shape := self.shape(element)) is not None]
            try:
                fit(shapes)
            except WidthClash as clash:
                left, right = part[clash.left], part[clash.right]
                self.report(width_trouble(clash, _text(left), _text(right), part), right)
            except WidthUnknown as unknown:
                if len(part) == len(elements):
                    self.report(unknown_trouble(unknown, part), part[unknown.at])

    def _stretches(self, elements: list[s.Expression]) -> list[tuple[int, int]]:
        """The stretches of elements whose shapes are known."""
        stretches, start = [], 0
        for at, element in enumerate(elements):
            if self.shape(element) is None:
                stretches.append((start, at))
                start = at + 1
        return [*stretches, (start, len(elements))]

    def without_values(self, elements: list[s.Expression]) -> bool:
        """`linear relu`, where a layer needs values: whether there was one."""
        found = False
        for element in elements:
            if not isinstance(element, s.Name) or self.is_local(element.name):
                continue
            builtin = BUILTINS.get(element.name) if not self.is_bound(element.name) else None
            if builtin is not None and builtin.group == "layer" and not builtin.on_values:
                found = True
                trouble = Trouble(
                    "MT204",
                    f"`{element.name}` does not take these values",
                    help=f"write `{builtin.signature}`",
                )
                self.report(trouble, element)
        return found

    def not_layers(self, elements: list[s.Expression]) -> None:
        """Two plain values side by side: `x y` for `x*y`."""
        for left, right in pairwise(elements):
            if not (self.plain(left) or self.plain(right)):
                continue
            value = isinstance(right, s.Name) and (self.shape(right) is None or len(elements) == 2)
            if self.predefined(left) and (self.plain(right) or (self.plain(left) and value)):
                call = f"{_text(left)}({', '.join(self.values(left, right))})"
                trouble = Trouble(
                    "MT112",
                    f"`{_text(left)}` is a function: what it takes stands in brackets",
                    label="brackets are missing around this",
                    help=f"write `{call}`",
                    fix=(Span(left.place.start, right.place.end), call) if value else None,
                )
                self.report(trouble, right)
            elif self.plain(left) and self.plain(right):
                trouble = Trouble(
                    "MT108",
                    f"an operator is missing between `{_text(left)}` and `{_text(right)}`",
                    label="a second value",
                    related=((left, "the first one"),),
                    help="did you mean `*`? Only layers stand side by side: `linear(5,4) relu`",
                )
                self.report(trouble, right)
            else:
                odd = left if self.plain(left) else right
                trouble = Trouble(
                    "MT302",
                    f"`{_text(odd)}` is no layer and cannot stand in a row of layers",
                    label="not a layer",
                    help="a row looks like `linear(5,4) relu linear(4,1)`",
                )
                self.report(trouble, odd)
            return

    def values(self, function: s.Expression, first: s.Expression) -> list[str]:
        """What a function takes, from its first value on: `net` and data for `accuracy net`."""
        builtin = BUILTINS[function.name] if isinstance(function, s.Name) else None
        needed = [p.name for p in builtin.parameters if p.default is None] if builtin else []
        given = [_text(first), *needed[1:]]
        if needed[1:] == ["data"]:
            given[1] = self.data_for(first)
        return given

    def data_for(self, network: s.Expression) -> str:
        """Data for a network: what one was trained on, else a predefined set of its width."""
        shape = self.shape(network)
        width = shape[0] if shape is not None else None
        sets = [name for name, row in BUILTINS.items() if row.group == "data"]
        for name in (self.trained_on, *FAVOURITES, *sets):
            if name and (name == self.trained_on or default_width(name) == width):
                return name
        return "data"

    def predefined(self, node: s.Expression) -> bool:
        """Whether it is a name that is a function from the start, not a data set or a constant."""
        if not isinstance(node, s.Name) or self.is_bound(node.name) or self.is_local(node.name):
            return False
        builtin = BUILTINS.get(node.name)
        return builtin is not None and builtin.group not in ("data", "constant")

    def plain(self, node: s.Expression) -> bool:
        """Whether it is certainly no layer."""
        called = isinstance(node, s.Call)
        name = node.function if isinstance(node, s.Call) else node
        if not isinstance(name, s.Name) or self.is_local(name.name):
            return False
        if self.is_bound(name.name):
            return not called and name.name in self.numbers
        builtin = BUILTINS.get(name.name)
        if builtin is None:
            return False
        # A function may give a network, as `load` and `copy` do.
        return builtin.group not in (("layer", "function") if called else ("layer",))

    def call(self, node: s.Call) -> None:
        """A layer outside of a row: its `?` has no neighbours."""
        if isinstance(node.function, s.Name) and node.function.name == "mlp":
            for argument in node.arguments:
                if isinstance(argument, s.Hole):
                    self.report(Trouble("MT315", "`mlp` needs all its widths"), argument)

    def train(self, node: s.Train | s.Test) -> None:
        """A network on a predefined set of another width."""
        if isinstance(node.data, s.Name):
            self.trained_on = node.data.name
        network = node.network or s.Name(node.place, "net")
        shape = self.shape(network)
        if shape is None or shape[0] is None or not isinstance(node.data, s.Name):
            return
        if self.is_bound(node.data.name):
            return
        width = default_width(node.data.name)
        if width is not None and width != shape[0]:
            self.report(
                Trouble(
                    "MT504",
                    f"the network takes {shape[0]} input{'s' * (shape[0] != 1)}, "
                    f"{node.data.name} has {width}",
                    label=f"rows of {width}",
                    help=f"begin the network with `linear({width}, ...)`",
                ),
                node.data,
            )


UNKNOWN = -1


_NO_NETWORK = (
    s.Number | s.String | s.Boolean | s.ListOf | s.Comprehension | s.Compare | s.Grad | s.Derivative
)


def _width(node: s.Expression) -> Width:
    """A written-out width; None for `?`, UNKNOWN for anything that must be computed."""
    if isinstance(node, s.Hole):
        return None
    if isinstance(node, s.Number) and node.value.is_integer() and node.value >= 1:
        return int(node.value)
    return UNKNOWN


def _text(node: s.Expression) -> str:
    if isinstance(node, s.Call) and isinstance(node.function, s.Name):
        inside = ",".join(
            "?" if isinstance(a, s.Hole) else f"{a.value:g}" if isinstance(a, s.Number) else "..."
            for a in node.arguments
        )
        return f"{node.function.name}({inside})"
    return node.name if isinstance(node, s.Name) else "the network"
