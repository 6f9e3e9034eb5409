"""The built-in functions of the language, over numbers, tensors and lists of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import engine
from engine import functions as of_scalars
from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.counts import whole
from minitorch_shell.values.kinds import kind_of
from minitorch_shell.values.network import Network, network_of
from minitorch_shell.values.vector import DataRow, Vector

NUMBERS = (Tensor, float, int)


def element_by_element(name: str, rule: Callable[[Any], Tensor]) -> Callable[[Any], Any]:
    """The function `name` for numbers, tensors and (nested) lists.

    `rule` is the engine's function of one scalar. A plain number gives a plain number.
    """

    def apply(x: Any) -> Any:
        if isinstance(x, Tensor):
            return rule(x)
        if isinstance(x, float | int) and not isinstance(x, bool):
            return rule(Tensor(x)).data
        if isinstance(x, list):
            return Vector([apply(item) for item in x])
        raise Trouble(
            "MT302",
            f"`{name}` takes a number or a list of numbers, not {kind_of(x)}",
            help=f"write `{name}(2)` or `{name}([1, 2])`",
        )

    apply.__name__ = name
    return apply


exp = element_by_element("exp", of_scalars.exp)
log = element_by_element("log", of_scalars.log)
sqrt = element_by_element("sqrt", of_scalars.sqrt)
sin = element_by_element("sin", of_scalars.sin)
cos = element_by_element("cos", of_scalars.cos)
absolute = element_by_element("abs", abs)
softplus = element_by_element("softplus", of_scalars.softplus)


def value(a: Any) -> Any:
    """The plain number of a tensor (or the numbers of a list), without its graph."""
    if isinstance(a, Tensor):
        return a.data
    if isinstance(a, list):
        return DataRow([value(item) for item in a])
    if isinstance(a, float | int):
        return a
    raise Trouble("MT302", f"`value` takes a tensor or a list, not {kind_of(a)}")


def _number(a: Any, name: str) -> float:
    if isinstance(a, Tensor):
        return a.data
    if isinstance(a, float | int):
        return float(a)
    raise Trouble("MT302", f"`{name}` takes a number, not {kind_of(a)}")


def rounded(x: Any) -> Any:
    """The nearest whole number, ties to even; nan and inf stay what they are."""
    if isinstance(x, list):
        return Vector([rounded(item) for item in x])
    number = _number(x, "round")
    if not math.isfinite(number):
        return number
    return math.copysign(float(round(number)), number)


def binary_round(x: Any, threshold: Any = 0.5) -> Any:
    """1 from the threshold on, else 0, without a gradient."""
    if isinstance(x, list):
        return Vector([binary_round(item, threshold) for item in x])
    limit = _number(threshold, "binary_round")
    return 1.0 if _number(x, "binary_round") >= limit else 0.0


def _items(xs: Any, name: str, least: int = 0) -> list[Any]:
    """The elements of the one list that `name` takes."""
    if not isinstance(xs, list):
        raise Trouble(
            "MT302",
            f"`{name}` takes a list, not {kind_of(xs)}",
            help=f"write `{name}([a, b])`",
        )
    if len(xs) < least:
        raise Trouble("MT307", f"`{name}` of an empty list", help="it needs at least one element")
    return xs


def _extreme(xs: tuple[Any, ...], name: str, rule: Callable[..., Tensor]) -> Any:
    items = _items(xs[0], name, 1) if len(xs) == 1 and isinstance(xs[0], list) else list(xs)
    for item in items:
        if not isinstance(item, NUMBERS):
            raise Trouble("MT302", f"`{name}` takes numbers, not {kind_of(item)}")
    result = items[0]
    for item in items[1:]:
        result = rule(result, item)
    if any(isinstance(item, Tensor) for item in items):
        return result
    number = result.data if isinstance(result, Tensor) else result
    return int(number) if all(type(item) is int for item in items) else float(number)


def maximum(*xs: Any) -> Any:
    return _extreme(xs, "max", of_scalars.maximum)


def minimum(*xs: Any) -> Any:
    return _extreme(xs, "min", of_scalars.minimum)


def total(xs: Any) -> Any:
    """The sum of a list, added from left to right."""
    items = _items(xs, "sum")
    if not items:
        return 0.0
    result = items[0]
    for item in items[1:]:
        result = result + item
    return result


def mean(xs: Any) -> Any:
    """The mean of a list."""
    items = _items(xs, "mean", 1)
    return total(xs) / len(items)


def dot(a: Any, b: Any) -> Any:
    """The dot product of two lists."""
    return Vector(_items(a, "dot")) @ _items(b, "dot")


def length(xs: Any) -> int:
    if isinstance(xs, str | list | Network) or hasattr(xs, "evaluation_rows"):
        return len(xs)
    raise Trouble("MT302", f"`len` takes a list, not {kind_of(xs)}")


LONGEST_RANGE = 10_000_000


def counts(n: Any, stop: Any = None, step: Any = None) -> Vector:
    """The counts from 0 to n - 1, or from n to stop - 1 in steps."""
    numbers = [whole(part, "`range`") for part in (n, stop, step) if part is not None]
    if numbers[2:] == [0]:
        raise Trouble("MT308", "the step of `range` must not be 0")
    span = range(*numbers)
    if len(span) > LONGEST_RANGE:
        raise Trouble(
            "MT704",
            f"`range` makes a list of at most {LONGEST_RANGE:,} counts",
            help="use `repeat n { ... }` or `while`",
        )
    return DataRow(span)


def zipped(*xs: Any) -> Vector:
    """Rows of the elements that stand at the same place of several lists."""
    lists = [_items(part, "zip") for part in xs]
    lengths = sorted({len(part) for part in lists})
    if len(lengths) > 1:
        raise Trouble(
            "MT304",
            f"`zip` needs lists of one length, here are {' and '.join(map(str, lengths))}",
            help="`len(a)` tells the length of a list",
        )
    return DataRow([DataRow(pair) for pair in zip(*lists, strict=True)])


def append(xs: Any, a: Any) -> Vector:
    """A new list with `a` behind the elements of `xs`."""
    longer = Vector(_items(xs, "append"))
    list.append(longer, a)
    if type(xs) is Vector:
        longer.settled = getattr(xs, "settled", 0)
    return longer


def copy(a: Any) -> Any:
    """An independent copy: fresh leaves with the same values, gradients 0."""
    if isinstance(a, Network):
        from copy import deepcopy

        streams = [getattr(layer, "random", None) for layer in a.module]
        shared: dict[int, Any] = {id(stream): stream for stream in streams}
        return Network(deepcopy(a.module, shared))  # all but the random numbers of dropout
    if isinstance(a, Tensor):
        return Tensor(a.data)
    if isinstance(a, list):
        return type(a)([copy(item) for item in a])
    return a


def close(a: Any, b: Any) -> bool:
    """Whether two numbers, or all elements of two lists, agree to within 1e-6 relative."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(close, a, b))
    return math.isclose(_number(a, "close"), _number(b, "close"), rel_tol=1e-6, abs_tol=1e-12)


# ---------------------------------------------------------------- networks


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


# ---------------------------------------------------------------- losses


def _loss(name: str) -> Callable[[Any, Any], Any]:
    def apply(prediction: Any, target: Any) -> Any:
        items = _flat([prediction, target])
        for item in items:
            if not isinstance(item, NUMBERS) or isinstance(item, bool):
                raise Trouble(
                    "MT302",
                    f"`{name}` takes numbers or lists of them, not {kind_of(item)}",
                    help=f"write `{name}(net(x), y)`",
                )
        tensors = any(isinstance(item, Tensor) for item in items)
        try:
            result = getattr(engine, f"{name}_loss")(prediction, target)
        except TypeError:
            raise Trouble(
                "MT302",
                f"`{name}` does not take lists of these forms",
                help=f"write `{name}(net(x), y)` with a number, or a list of numbers, on each side",
            ) from None
        return result if tensors else result.data

    apply.__name__ = name
    return apply


def _flat(items: Any) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        if isinstance(item, list):
            flat.extend(_flat(item))
        else:
            flat.append(item)
    return flat


mse = _loss("mse")
bce = _loss("bce")
hinge = _loss("hinge")
cross_entropy = _loss("cross_entropy")


# ---------------------------------------------------------------- optimizers


def _optimizer(kind: str) -> Callable[..., Any]:
    def make(net: Any, **settings: Any) -> Any:
        parameters = net.parameters() if isinstance(net, Network) else _flat([net])
        for parameter in parameters:
            if not isinstance(parameter, Tensor) or parameter._prev:
                raise Trouble(
                    "MT302",
                    f"`{kind}` moves leaves, not {kind_of(parameter)}",
                    help=f"write `{kind}(net)` or `{kind}([w, b])`",
                )
        from engine.optim import OPTIMIZERS

        plain = {name: _number(setting, name) for name, setting in settings.items()}
        return OPTIMIZERS[kind](parameters, **plain)

    make.__name__ = kind
    return make


sgd = _optimizer("sgd")
momentum = _optimizer("momentum")
adam = _optimizer("adam")
