"""Functions of networks: parameters, accuracy, loading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import evaluation
from engine.nn import Dropout, Sequential
from minitorch_shell.files.access import opener_for
from minitorch_shell.files.troubles import cannot_read
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.data import as_data
from minitorch_shell.values.network import Network, network_of
from minitorch_shell.values.vector import Vector

if TYPE_CHECKING:
    from minitorch_shell.session.session import Session


def params(net: Any) -> Vector:
    """All parameters, in the order of the layers."""
    return Vector(network_of(net, "params").parameters())


def _neurons(layer: Any, name: str) -> list[Any]:
    found = [
        neuron
        for module in network_of(layer, name).module
        for neuron in getattr(module, "neurons", [module])
        if hasattr(neuron, "weight")
    ]
    if not found:
        raise Trouble("MT302", f"this layer has no {name}", help="only `linear` and `neuron` have")
    return found


def weights(layer: Any) -> Vector:
    """One list of weights for each neuron."""
    return Vector([Vector(neuron.weight) for neuron in _neurons(layer, "weights")])


def biases(layer: Any) -> Vector:
    """One bias for each neuron that has one."""
    found = [neuron.bias for neuron in _neurons(layer, "biases")]
    return Vector([bias for bias in found if bias is not None])


def accuracy(session: Session, net: Any, data: Any) -> float:
    """The share of rows that the network classifies rightly."""
    module = network_of(net, "accuracy").module
    rows = as_data(data)
    try:
        found = evaluation.evaluate(module, rows).accuracy
    except ValueError as error:
        raise Trouble("MT505", str(error)) from None
    if found is None:
        raise Trouble(
            "MT508",
            f"{rows.name} is a regression, which has no accuracy",
            help="`test` shows the loss and R²",
        )
    return found


def load(session: Session, path: Any) -> Network:
    """The network in a file that `save` wrote, its optimizer ready to go on."""
    from engine import checkpoint
    from engine.reading import CheckpointError

    text = session.path_to_read(path)
    try:
        found = checkpoint.load_checkpoint(text, opener=opener_for(session.access))
    except OSError as error:
        raise cannot_read(text, error) from None
    except CheckpointError as error:
        raise Trouble(
            "MT604",
            f"{text} is not a network that `save` wrote: {error}",
            help='`save net to "net.json"` writes such a file',
        ) from None
    assert isinstance(found.model, Sequential)  # all that a file alone can describe
    if found.optimizer is not None:
        session.optimizers[found.model] = found.optimizer
    for layer in found.model:
        if isinstance(layer, Dropout):
            layer.random = session.random  # so that `seed` and `undo` hold for it too
    return Network(found.model)
