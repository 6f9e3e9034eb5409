"""The losses as functions of the language: `mse(net(x), y)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.losses import loss_named
from engine.tensor import Tensor
from minitorch_shell.library.elementwise import NUMBERS
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.vector import flat


def loss(name: str) -> Callable[[Any, Any], Any]:
    """The loss called `name`, for numbers and lists; plain numbers give a plain number."""
    rule = loss_named(name)

    def apply(prediction: Any, target: Any) -> Any:
        items = flat([prediction, target])
        for item in items:
            if not isinstance(item, NUMBERS) or isinstance(item, bool):
                raise Trouble(
                    "MT302",
                    f"`{name}` takes numbers or lists of them, not {kind_of(item)}",
                    help=f"write `{name}(net(x), y)`",
                )
        tensors = any(isinstance(item, Tensor) for item in items)
        try:
            result = rule(prediction, target)
        except TypeError:
            raise Trouble(
                "MT302",
                f"`{name}` does not take lists of these forms",
                help=f"write `{name}(net(x), y)` with a number, or a list of numbers, on each side",
            ) from None
        return result if tensors else result.data

    apply.__name__ = name
    return apply
