"""Values of the session as plain data, ready to be shown, counted or written as JSON."""

from __future__ import annotations

from typing import Any

from engine.tensor import Tensor
from minitorch_shell.results.records import Description, Plain
from minitorch_shell.values.counts import bounded, counted
from minitorch_shell.values.derived import Derived
from minitorch_shell.values.function import Function
from minitorch_shell.values.network import Network, describe_layer
from minitorch_shell.values.table import TableValue


def plain(value: Any) -> Plain:
    """`value` without tensors and objects: numbers, strings, booleans, lists, descriptions."""
    if isinstance(value, Tensor):
        return value.data
    if isinstance(value, bool | float | str):
        return value
    if isinstance(value, int):
        return bounded(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Network):
        return Description("network", network_text(value))
    if isinstance(value, Function | Derived):
        return Description("function", value.definition)
    if isinstance(value, TableValue):
        return Description("table", value.text)
    if hasattr(value, "dataset"):
        value = value.dataset()
    if hasattr(value, "evaluation_rows"):
        return Description("data", data_text(value))
    if hasattr(value, "settings"):
        return Description("optimizer", optimizer_text(value))
    name = getattr(value, "__name__", type(value).__name__)
    return Description("function", f"{name}: a built-in function, see `help {name}`")


def network_text(network: Network) -> str:
    """The row of layers and the number of parameters."""
    row = " ".join(describe_layer(layer) for layer in network.module)
    return f"{row}: {counted(len(network.parameters()), 'parameter')}"


def data_text(data: Any) -> str:
    """Name, rows and widths."""
    widths = f"{counted(data.width, 'input')}, {counted(data.outputs, 'target')}"
    if data.generated:
        return f"{data.name}: {widths}, fresh rows"
    return f"{data.name}: {counted(len(data), 'row')}, {widths}"


def optimizer_text(optimizer: Any) -> str:
    """Its name with its settings, and how many parameters it moves."""
    settings = ", ".join(f"{name}={value:g}" for name, value in optimizer.settings.items())
    parameters = counted(len(optimizer.parameters), "parameter")
    return f"{optimizer.name}({settings}) on {parameters}"
