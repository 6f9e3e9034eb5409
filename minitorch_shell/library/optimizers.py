"""The optimizers as functions of the language: `sgd(net, lr=0.1)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.optim import Optimizer, optimizer_named
from engine.tensor import Tensor
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.library.elementwise import plain_number
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network
from minitorch_shell.values.vector import flat


def optimizer(name: str) -> Callable[..., Optimizer]:
    """What makes an optimizer called `name` of a network, a leaf or a list of leaves."""
    kind = optimizer_named(name)

    names = [parameter.name for parameter in BUILTINS[name].parameters[1:]]

    def make(net: Any, *in_order: Any, **settings: Any) -> Optimizer:
        parameters = net.parameters() if isinstance(net, Network) else flat([net])
        for parameter in parameters:
            if not isinstance(parameter, Tensor) or parameter._prev:
                raise Trouble(
                    "MT302",
                    f"`{name}` moves leaves, not {kind_of(parameter)}",
                    help=f"write `{name}(net)` or `{name}([w, b])`",
                )
        if len(in_order) > len(names) or settings.keys() & names[: len(in_order)]:
            raise TypeError  # told as a call with wrong values
        settings |= zip(names, in_order, strict=False)
        plain = {option: plain_number(setting, option) for option, setting in settings.items()}
        return kind(parameters, **plain)

    make.__name__ = name
    return make
