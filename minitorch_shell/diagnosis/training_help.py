"""What to write instead where `train` and `test` cannot do what they are told."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from engine.datasets import DATASETS, Dataset
from engine.optim import OPTIMIZERS
from grammar import syntax
from minitorch_shell.catalogue.options import OPTIONS
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.data import FAVOURITES, DataSource, default_width
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.layers import PLANS
from minitorch_shell.values.network import Network, describe_layer

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session

Command = syntax.Train | syntax.Test


def word(statement: Command) -> str:
    """`train` or `test`"""
    return type(statement).__name__.lower()


def fitting_data(session: Session, network: Network) -> str:
    """The name of a set that the network takes: what it was trained on, else a set of the
    program, else a predefined one; "" where there is none.
    """
    width = network.inputs
    own = session.user_names()
    trained_on = session.trained_on.get(network.module, "")
    if isinstance(own.get(trained_on), Dataset | list) or (
        trained_on in DATASETS and trained_on not in own
    ):
        return trained_on
    if width is None:
        return ""
    for name, value in own.items():
        if isinstance(value, Dataset) and value.width == width:
            return name
    for name in (*FAVOURITES, *DATASETS):
        if default_width(name) == width and isinstance(session.lookup(name), DataSource):
            return name
    return ""


def on_which_data(session: Session, statement: Command, network: Network) -> str:
    """The help for `test net`."""
    name = statement.data.name if isinstance(statement.data, syntax.Name) else "net"
    data = fitting_data(session, network)
    if data:
        return f"say on which data: `{word(statement)} {name} on {data}`"
    width = network.inputs
    rows = "your data" if width is None else f"your data, {width} inputs a row,"
    return f"say on which data: `{word(statement)} {name} on d`, with the name of {rows} for `d`"


def list_of_layers(value: Any) -> str:
    """The help for `net = [linear(5,4), relu]`; "" where it is another list."""
    if not isinstance(value, list) or not any(isinstance(part, Network) for part in value):
        return ""
    row = []
    for part in value:
        name = getattr(part, "__name__", "")
        if isinstance(part, Network):
            row += [describe_layer(layer) for layer in part.module]
        elif name in PLANS:
            row.append(name)
    return f"layers stand side by side, without commas and brackets: `net = {' '.join(row)}`"


def not_a_number(name: str, value: Any, node: syntax.Node | None) -> Trouble:
    """An option that takes a number and got something else."""
    text = value if isinstance(value, str) else ""
    try:
        help = f"write `{name}={float(text):g}`, without quotes"
    except ValueError:
        help = f"write a number, as in `{name}={usual(name):g}`"
    return Trouble("MT302", f"`{name}` is a number, not {kind_of(value)}", node=node, help=help)


def usual(option: str, optimizer: str = "sgd") -> float:
    """A usual value of a numeric option."""
    if option != "lr":
        return OPTIONS[option].usual
    default: float = inspect.signature(OPTIMIZERS[optimizer]).parameters["lr"].default
    return default


def fitting_network(data: Dataset) -> str:
    """A row of layers for such data: an output for each class, or one for a number."""
    many = (data.classes or 0) > 2 and data.outputs == 1
    outputs = data.classes if many else data.outputs
    hidden = 4 if data.width <= 5 else 8
    softmax = " softmax" if many else ""
    return f"linear({data.width},{hidden}) relu linear({hidden},{outputs}){softmax}"


def with_sigmoid(network: Network) -> str:
    """The row of a network, whose outputs go through a sigmoid."""
    layers = list(network.module)
    while len(layers) > 1 and not layers[-1].parameters():
        layers.pop()
    return " ".join([*map(describe_layer, layers), "sigmoid"])


def misfit(error: ValueError, statement: Command, name: str, network: Network) -> Trouble:
    """Outputs of the network, targets of the data and the loss that do not go together.

    `name` is what the network is called in reports.
    """
    text = str(error)
    help = (
        "`show` the data and the network: for each row one output for a number or one of two "
        "classes, `softmax` with as many outputs as there are classes"
    )
    data = statement.data
    make = DATASETS.get(data.name) if isinstance(data, syntax.Name) else None
    labelled = make is not None and "labels" in inspect.signature(make).parameters
    label = "its targets do not fit the network"
    if text.startswith("hinge needs targets") and isinstance(data, syntax.Name):
        label = "its targets do not fit the loss"
        help = "`hinge` takes classes -1 and +1; for 0 and 1 take `bce` behind a `sigmoid`"
        if labelled:
            help = f"write `{data.name}(labels=signed)` for `{data.name}`"
    elif "cannot be compiled" in text:
        label, text = "trained on this", "this network and its optimizer cannot be compiled"
        help = "`set engine=auto` trains it eagerly"
    elif text.startswith("bce needs targets"):
        label = "its targets do not fit the loss"
        help = "`bce` takes classes 0 and 1; for -1 and +1 take `hinge`"
    elif text.startswith("bce needs probabilities"):
        label = "its loss does not fit the network"
        bound = statement.network is None or isinstance(statement.network, syntax.Name)
        name = name if bound else "net"
        help = f"end the network with `sigmoid`: `{name} = {with_sigmoid(network)}`"
    return Trouble("MT505", text, node=data, label=label, help=help)
