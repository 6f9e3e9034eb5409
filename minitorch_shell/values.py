"""The values of the language that are not the engine's own: vectors, functions, networks.

Scalars are the engine's `Tensor`, numbers Python's float, counts int, booleans bool, strings str.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NoReturn, SupportsIndex, overload

from engine.nn import Sequential
from engine.probability import Probabilities
from engine.tensor import Tensor
from minitorch_shell.problems.trouble import Trouble

LARGEST_COUNT = 2**53  # beyond that floats do not tell whole numbers apart


def bounded(count: int) -> float | int:
    """A count itself; beyond 2^53 the number next to it, beyond the largest number inf or -inf."""
    if -LARGEST_COUNT <= count <= LARGEST_COUNT:
        return count
    try:
        return float(count)
    except OverflowError:
        return inf if count > 0 else -inf


class Vector(list[Any]):
    """A list of the language: `+ - * /` work element by element, `@` is the product of vectors.

    It is a list so that the engine's layers and losses take it as it is. The language never writes
    into one. So what `leaf` has found out about it holds for good: the first `settled` elements
    need no leaves any more. That keeps loops that let a list grow from looking at all of it in
    each round, and lists that share parts from being looked at along every way into them.
    """

    __slots__ = ("settled",)
    __hash__ = None

    settled: int  # not there: nothing is known

    def __add__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: a + b, "+")

    def __radd__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: b + a, "+")

    def __sub__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: a - b, "-")

    def __rsub__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: b - a, "-")

    def __mul__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: a * b, "*")

    def __rmul__(self, other: Any) -> Vector:
        return _elementwise(self, other, lambda a, b: b * a, "*")

    def __neg__(self) -> Vector:
        return Vector([-item for item in self])

    def __pos__(self) -> Vector:
        return Vector([+item for item in self])

    def __matmul__(self, other: Any) -> Any:
        if not isinstance(other, list):
            return NotImplemented
        if self and isinstance(self[0], list):
            return Vector([Vector(row) @ other for row in self])
        if other and isinstance(other[0], list):
            raise Trouble(
                "MT306",
                "`@` takes a matrix on its left only",
                help="write matrix @ vector: `W @ x`",
            )
        _same_length(self, other, "@")
        total: Any = 0.0
        for left, right in zip(self, other, strict=True):
            total = total + left * right
        return total

    def _no_order(self, other: object) -> NoReturn:
        raise Trouble(
            "MT305",
            "lists have no order",
            help="compare single elements, or `sum(a) < sum(b)`",
        )

    __lt__ = __le__ = __gt__ = __ge__ = _no_order


class DataRow(Vector):
    """A row of data or a part of one; binding it makes no leaves."""

    __slots__ = ()


class ProbabilityVector(Vector, Probabilities):
    """What a softmax gives; it remembers the scores, so that cross entropy stays exact."""


def as_vector(outputs: list[Any]) -> Vector:
    """What a layer of the engine gives, as a list of the language."""
    if isinstance(outputs, Probabilities):
        vector = ProbabilityVector.__new__(ProbabilityVector)
        vector.extend(outputs)
        vector.scores = outputs.scores
        return vector
    return Vector(outputs)


def _same_length(left: list[Any], right: list[Any], sign: str) -> None:
    if len(left) != len(right):
        raise Trouble(
            "MT304",
            f"`{sign}` needs lists of one length, here are {len(left)} and {len(right)}",
            help="`append(xs, 3)` makes a longer list; `+` adds element by element"
            if sign == "+" and 1 in (len(left), len(right))
            else "`len(a)` tells the length of a list",
        )


def _elementwise(left: Vector, right: Any, combine: Callable[[Any, Any], Any], sign: str) -> Vector:
    """`left sign right` element by element; a scalar is used for each element."""
    if isinstance(right, list):
        _same_length(left, right, sign)
        return Vector([combine(a, b) for a, b in zip(left, right, strict=True)])
    if isinstance(right, Tensor | float | int):
        return Vector([combine(a, right) for a in left])
    return NotImplemented  # type: ignore[no-any-return]


class Function:
    """A function of the user: `f(x) = x^2 + 3*x`."""

    __slots__ = ("code", "definition", "depth", "name", "parameters")

    deepest = 1_000

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        code: Callable[..., Any],
        definition: str,
        depth: list[int],
    ) -> None:
        self.name = name
        self.parameters = parameters
        self.code = code
        self.definition = definition
        self.depth = depth  # one counter for all functions of a session

    def __call__(self, *values: Any) -> Any:
        if len(values) != len(self.parameters):
            raise wrong_count(self.name, self.parameters, len(values))
        if int in map(type, values):
            values = tuple(bounded(v) if type(v) is int else v for v in values)
        depth = self.depth
        if depth[0] >= self.deepest:
            raise Trouble(
                "MT703",
                f"`{self.name}` calls itself more than {self.deepest:,} deep",
                help="a recursion needs a case that ends it: `f(n) = 1 if n < 1 else n*f(n-1)`",
            )
        depth[0] += 1
        try:
            return self.code(*values)
        finally:
            depth[0] -= 1


def wrong_count(name: str, parameters: tuple[str, ...], count: int) -> Trouble:
    """The trouble of calling a function with too many or too few values."""
    wanted = len(parameters)
    return Trouble(
        "MT204",
        f"`{name}` takes {wanted} value{'s' * (wanted != 1)}, here {_are(count)} {count}",
        help=f"write `{name}({', '.join(parameters)})`",
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


class Network:
    """A row of layers: the engine's `Sequential`, called with numbers or one list of them."""

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
                f"here {_are(len(row))} {len(row)}",
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
    """A layer as one writes it: `linear(5, 4)`, `relu`, `dropout(0.2)`."""
    kind = type(layer).__name__
    if kind == "Linear":
        bias = "" if layer.has_bias else ",bias=false"
        return f"linear({layer.input_size},{layer.output_size}{bias})"
    if kind == "Neuron":
        return f"neuron({layer.no_of_input})"
    if kind == "LeakyRelu":
        return "leaky_relu" if layer.slope == 0.01 else f"leaky_relu(slope={layer.slope:g})"
    if kind == "Dropout":
        return f"dropout({layer.p:g})"
    return kind.lower()


_KINDS: dict[type, str] = {
    Tensor: "a tensor",
    bool: "a boolean",
    int: "a count",
    float: "a number",
    str: "a string",
    Vector: "a list",
    DataRow: "a list",
    Function: "a function",
    Network: "a network",
    type(None): "nothing",
}


def kind_of(value: object) -> str:
    """What a value is, in the learner's words."""
    for kind in type(value).__mro__:
        if kind in _KINDS:
            return _KINDS[kind]
    if hasattr(value, "evaluation_rows"):
        return "a data set"
    return "an optimizer" if hasattr(value, "step") else "a built-in function"


# Python's name of a type, as it stands in the messages of its TypeErrors.
KINDS_BY_NAME = {kind.__name__: words for kind, words in _KINDS.items()} | {
    "Dataset": "a data set",
    "BitSet": "a data set",
    "DataSource": "a data set",
    "SGD": "an optimizer",
    "Momentum": "an optimizer",
    "Adam": "an optimizer",
    "LayerName": "a layer",
    "function": "a function",
    "partial": "a function",
}


def direct_tensors(values: Any) -> list[Tensor]:
    """The tensors that values hold themselves: tensors, elements of lists, parameters."""
    found: list[Tensor] = []
    waiting = list(values)[::-1]
    seen: set[int] = set()  # lists: they may share parts
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, list):
            if id(value) not in seen:
                seen.add(id(value))
                waiting.extend(reversed(value))
        elif isinstance(value, Network):
            found.extend(value.parameters())
        elif hasattr(value, "settings") and hasattr(value, "parameters"):
            found.extend(value.parameters)
    return found
