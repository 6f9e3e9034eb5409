"""Networks as the language has them: the engine's rows of layers, called with numbers."""

from __future__ import annotations

from typing import Any, SupportsIndex, overload

from engine.nn import Sequential
from engine.tensor import Tensor
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import are
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.vector import as_vector


class Network:
    """A row of layers: the engine's `Sequential`, called with numbers or one list of them."""

    KIND = "a network"
    __slots__ = ("module",)

    def __init__(self, module: Sequential) -> None:
        # A call says what the network says, as `test` does; `train` switches dropout on for itself.
        module.eval()
        self.module = module

    def __call__(self, *inputs: Any) -> Any:
        row = inputs[0] if len(inputs) == 1 and isinstance(inputs[0], list) else inputs
        width = self.inputs
        if width is not None and len(row) != width:
            raise Trouble(
                "MT303",
                f"the network takes {width} input{'s' * (width != 1)}, "
                f"here {are(len(row))} {len(row)}",
                help=f"its first layer is `{describe_layer(self.module[0])}`",
            )
        for item in row:
            if not isinstance(item, Tensor | float | int):
                raise Trouble(
                    "MT302",
                    f"the inputs of a network are numbers, not {kind_of(item)}",
                    help="write `net(1, 0, 1)` or `net([1, 0, 1])`",
                )
        result = self.module(list(row))
        return as_vector(result) if isinstance(result, list) else result

    @overload
    def __getitem__(self, index: SupportsIndex) -> Network: ...
    @overload
    def __getitem__(self, index: slice) -> Network: ...
    def __getitem__(self, index: Any) -> Network:
        part = self.module[index]
        return Network(part if isinstance(part, Sequential) else Sequential(part))

    def __len__(self) -> int:
        return len(self.module)

    @property
    def inputs(self) -> int | None:
        """How many numbers it takes; None where any number will do (`relu`)."""
        return self.module.input_size

    @property
    def outputs(self) -> int | None:
        """How many numbers it gives; None where that depends on its inputs."""
        return self.module.output_size

    def parameters(self) -> list[Tensor]:
        return list(self.module.parameters())


def describe_layer(layer: Any) -> str:
    """A layer as one writes it: `linear(5,4)`, `relu`, `dropout(0.2)`."""
    name = getattr(layer, "name", "") or type(layer).__name__.lower()
    if name == "linear":
        bias = "" if layer.has_bias else ",bias=false"
        return f"linear({layer.input_size},{layer.output_size}{bias})"
    if name == "neuron":
        return f"neuron({layer.no_of_input})"
    parameters = BUILTINS[name].parameters if name in BUILTINS else ()
    inside = []
    for parameter in parameters:
        if parameter.name in getattr(layer, "settings", ()):
            value = f"{getattr(layer, parameter.name):g}"
            if parameter.default is None:
                inside.append(value)
            elif float(value) != float(parameter.default):
                inside.append(f"{parameter.name}={value}")
    return f"{name}({','.join(inside)})" if inside else name


def network_of(a: Any, name: str) -> Network:
    if isinstance(a, Network):
        return a
    raise Trouble(
        "MT302", f"`{name}` takes a network, not {kind_of(a)}", help=f"write `{name}(net)`"
    )
