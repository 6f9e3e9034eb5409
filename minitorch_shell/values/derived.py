"""`f'`, `f''`: functions that are the derivatives of others, made by the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.tensor import Tensor
from minitorch_shell.catalogue.builtins import BUILTINS
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.function import Function, wrong_count
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network

MOST_WRITTEN = 5  # values of a call that is proposed


class Derived:
    """The derivative of a function of one number, of some order: `f''`."""

    KIND = "a function"
    __slots__ = ("function", "name", "of", "order", "signs")

    def __init__(self, function: Callable[[Any], Any], of: str, order: int) -> None:
        self.function = function
        self.of = of  # what the program calls the function
        self.order = order
        self.signs = "'" * order
        self.name = of + self.signs

    @property
    def definition(self) -> str:
        """What it prints as."""
        of = self.function.definition if isinstance(self.function, Function) else self.of
        return f"{self.name}: the derivative{_ordinal(self.order)} of {of}"

    def call(self, *values: Any) -> Any:
        """The derivative at a number; where it depends on no tensor a plain number, as f(2) is.

        The number gets a node of its own, so that it is the parameter alone by which is
        differentiated: f may know the same tensor by another name.
        """
        if len(values) != 1:
            raise wrong_count(self.name, ("x",), len(values))
        from engine.graph import reachable
        from engine.higher_order import derivative

        (at,) = values
        if isinstance(at, bool) or not isinstance(at, Tensor | float | int):
            raise self._no_number(at)
        x = at * 1.0 if isinstance(at, Tensor) else Tensor(at)
        found = self.function(x)
        if isinstance(found, bool) or not isinstance(found, Tensor | float | int):
            raise self._no_result(found)
        for _ in range(self.order):
            if not isinstance(found, Tensor):
                return 0.0
            try:
                found = derivative(found, x)
            except RuntimeError:
                raise self._changed() from None
        if not isinstance(at, Tensor):
            x._op = "constant"  # as a number in an expression is
        if found._op == "constant" or not any(node._op == "" for node in reachable([found])):
            return found.data
        return found

    __call__ = call

    def _changed(self) -> Trouble:
        return Trouble(
            "MT407",
            f"`{self.of}` has no derivative here: it changes a leaf that its value is made of",
            label="a graph of old numbers",
            help="bind the new number to another name, or update the leaf after the call",
        )

    def _no_number(self, value: Any) -> Trouble:
        help = f"write `{self.name}(2)`"
        if isinstance(value, list):
            help = f"go through the list: `[{self.name}(x) for x in xs]`"
        return Trouble(
            "MT302",
            f"`{self.name}` is the derivative at one number, here is {kind_of(value)}",
            label="not a number",
            help=help,
        )

    def _no_result(self, value: Any) -> Trouble:
        help = f"`{self.of}` has to give a number: `h(x) = x^2`, then `h{self.signs}(2)`"
        if isinstance(value, list):
            help = f"take one element of it: `h(x) = {self.of}(x)[0]`, then `h{self.signs}(2)`"
        return Trouble(
            "MT302",
            f"only a number has a derivative, and `{self.of}` gives {kind_of(value)} here",
            label="of no number",
            help=help,
        )


def derived(function: Any, name: str, order: int) -> Derived:
    """`name'`, or of a higher order, where `name` stands for `function`.

    Raises Trouble for what is no function of one number.
    """
    if isinstance(function, Function):
        count = len(function.parameters)
    elif isinstance(function, Network):
        count = 1 if function.inputs is None else function.inputs
    elif not callable(function):
        raise no_function(name, kind_of(function))
    else:
        count = 1  # as far as is known
    if count != 1:
        raise several(name, order, count)
    return Derived(function, name, order)


def no_function(name: str, kind: str) -> Trouble:
    """The trouble of asking for the derivative of something else than a function."""
    return Trouble(
        "MT312",
        f"`{name}` is {kind}, not a function",
        label="only functions have a derivative",
        help="define one: `f(x) = x^2`, then `f'(2)`; the gradient of a number is `grad x`",
    )


def several(name: str, order: int, count: int) -> Trouble:
    """The trouble of asking for the derivative of a function of several numbers, or of none."""
    signs = "'" * order
    if count == 0:
        help = f"a function of one number is defined so: `h(x) = x^2`, then `h{signs}(2)`"
    elif name in BUILTINS or count > MOST_WRITTEN:
        help = f"make one of it, `h(x) = {name}(...)` with x at one place, then `h{signs}(2)`"
    else:
        others = ", 1" * (count - 1)
        help = f"hold the others, as in `h(x) = {name}(x{others})`, then `h{signs}(2)`"
    return Trouble(
        "MT204",
        f"`{name}{signs}` needs a function of one number, and `{name}` takes {count} values",
        label="not of one number",
        help=help,
    )


def _ordinal(order: int) -> str:
    return "" if order == 1 else f" of order {order}"
