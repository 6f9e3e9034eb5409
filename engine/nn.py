"""Layers and networks, under PyTorch's names where it has them.

A layer takes a list of tensors or plain numbers (one alone stands for a list of one). `Linear`
gives a list, or a tensor when it has one output; the activations work element by element.

A layer is one class here and one entry in `LAYERS`: what saves it, exports it or shows it reads
there what it must know. A new activation needs a row in engine/rules.py, a function in
engine/functions.py, and these two.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import Any, ClassVar, overload

from engine import rules
from engine.functions import dot, leaky_relu, relu, sigmoid, tanh
from engine.fused import Leaves, dots
from engine.initialisation import scheme_named
from engine.module import Module
from engine.probability import Probabilities, Scalar, softmax
from engine.randomness import stream_or_default
from engine.scalar import is_number
from engine.tensor import Tensor

__all__ = [
    "LAYERS",
    "Dropout",
    "LeakyRelu",
    "Linear",
    "Module",
    "Neuron",
    "Relu",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "initialise",
    "mlp",
]

Inputs = Any  # Scalar | Sequence[Scalar], NumPy's included
Output = Tensor | list[Tensor]


def _whole(name: str, value: int) -> int:
    """`value` as a positive whole number, or an error in the learner's words."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise TypeError(f"{name} is a whole number, not {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {int(value)}")
    return int(value)


def _as_list(inputs: Inputs, width: int, layer: object) -> Sequence[Scalar]:
    """`inputs` as a list of `width` numbers; ValueError where it has another length."""
    values: Sequence[Scalar] = inputs
    if type(inputs) is not list and is_number(inputs):  # asked first: quick, and mostly a list
        values = [inputs]
    if len(values) != width:
        plural = "input" if width == 1 else "inputs"
        raise ValueError(f"{layer!r} takes {width} {plural}, got {len(values)}")
    return values


class Layer(Module):
    """A module with one list of numbers for its input; `net(1, 0, 1)` is `net([1, 0, 1])`.

    `name`      how the language writes it; "" for a layer that is not in `LAYERS`
    `settings`  the constructor's arguments that are plain numbers or flags, and attributes too
    `torch`     the same layer in torch.nn, with settings to fill in; "" where weights matter
    """

    name: ClassVar[str] = ""
    settings: ClassVar[tuple[str, ...]] = ()
    torch: ClassVar[str] = ""

    def __call__(self, *inputs: Any) -> Any:
        return self.forward(inputs[0] if len(inputs) == 1 else list(inputs))


class Neuron(Layer):
    """relu(w · x + b), one neuron as micrograd has it; `nonlin=False` leaves the relu out.

    `weight` holds tensors, `bias` a tensor (None with `bias=False`). For the starting
    values see engine/initialisation.py; a layer of neurons passes its size as `fan_out`.
    """

    name = "neuron"
    settings = ("no_of_input", "nonlin")
    weight: Sequence[Tensor]
    bias: Tensor | None

    def __init__(
        self,
        no_of_input: int,
        nonlin: bool = True,
        bias: bool = True,
        init: str = "default",
        random: Random | None = None,
        fan_out: int = 1,
    ) -> None:
        self.no_of_input = _whole("no_of_input", no_of_input)
        self.nonlin = nonlin
        weights, first_bias = scheme_named(init)(
            self.no_of_input, fan_out, stream_or_default(random)
        )
        self.weight = Leaves([Tensor(weight) for weight in weights])
        self.bias = Tensor(first_bias) if bias else None

    def forward(self, inputs: Inputs) -> Tensor:
        values = _as_list(inputs, self.no_of_input, self)
        return dot(self.weight, values, self.bias, relu=self.nonlin)

    def __repr__(self) -> str:
        return f"Neuron({self.no_of_input}{'' if self.nonlin else ', nonlin=False'})"


class Linear(Layer):
    """An affine layer, without an activation: output_size sums w · x + b over the same inputs.

    One output comes back as a tensor, several as a list. With `bias=False` it is linear.
    """

    name = "linear"
    settings = ("input_size", "output_size")

    def __init__(
        self,
        input_size: int,
        output_size: int,
        bias: bool = True,
        init: str = "default",
        random: Random | None = None,
    ) -> None:
        self.input_size = _whole("input_size", input_size)
        self.output_size = _whole("output_size", output_size)
        self.neurons = [
            Neuron(self.input_size, False, bias, init, random, fan_out=self.output_size)
            for _ in range(self.output_size)
        ]

    @property
    def has_bias(self) -> bool:
        return any(neuron.bias is not None for neuron in self.neurons)

    def forward(self, inputs: Inputs) -> Output:
        return self._sums(inputs, False)

    def forward_relu(self, inputs: Inputs) -> Output:
        """The layer with a relu behind it, as one node a neuron: the same numbers, sooner."""
        return self._sums(inputs, True)

    def _sums(self, inputs: Inputs, relu: bool) -> Output:
        sums = dots(self.neurons, _as_list(inputs, self.input_size, self), relu)
        return sums[0] if len(sums) == 1 else sums

    def __repr__(self) -> str:
        bias = "" if self.has_bias else ", bias=False"
        return f"Linear({self.input_size}, {self.output_size}{bias})"


class Activation(Layer):
    """A function of one number, applied to each element of a list or to one number alone.

    `rule` is its row in engine/rules.py; what a binary rule takes beside the number are settings.
    """

    rule: ClassVar[rules.Unary | rules.Binary]

    def apply(self, value: Scalar) -> Tensor:
        raise NotImplementedError

    def forward(self, inputs: Inputs) -> Output:
        if is_number(inputs):
            return self.apply(inputs)
        return [self.apply(value) for value in inputs]

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Relu(Activation):
    """max(0, x); its slope at 0 is 0, as in PyTorch."""

    name = "relu"
    rule = rules.RELU
    torch = "ReLU()"

    def apply(self, value: Scalar) -> Tensor:
        return relu(value)


class LeakyRelu(Activation):
    """x above 0, slope * x below, so that a unit never falls silent altogether."""

    name = "leaky_relu"
    settings = ("slope",)
    rule = rules.LEAKY_RELU
    torch = "LeakyReLU({slope!r})"

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = float(slope)

    def apply(self, value: Scalar) -> Tensor:
        return leaky_relu(value, self.slope)

    def __repr__(self) -> str:
        return f"LeakyRelu(slope={self.slope:g})"


class Sigmoid(Activation):
    """1 / (1 + exp(-x)), between 0 and 1."""

    name = "sigmoid"
    rule = rules.SIGMOID
    torch = "Sigmoid()"

    def apply(self, value: Scalar) -> Tensor:
        return sigmoid(value)


class Tanh(Activation):
    """The hyperbolic tangent, between -1 and 1."""

    name = "tanh"
    rule = rules.TANH
    torch = "Tanh()"

    def apply(self, value: Scalar) -> Tensor:
        return tanh(value)


class Softmax(Layer):
    """Turns a list of scores into probabilities that add up to 1; see engine/probability.py."""

    name = "softmax"
    torch = "Softmax(dim=-1)"

    def forward(self, inputs: Inputs) -> Probabilities:
        return softmax([inputs] if is_number(inputs) else inputs)

    def __repr__(self) -> str:
        return "Softmax()"


class Dropout(Layer):
    """In training each number is set to 0 with probability `p`, the others grow by 1/(1-p).

    In testing (`eval`) everything passes unchanged. Source: Srivastava et al. 2014, in the
    "inverted" form of torch.nn.Dropout. ValueError when p is not between 0 and 1.
    """

    name = "dropout"
    settings = ("p",)
    torch = "Dropout({p!r})"

    def __init__(self, p: float = 0.5, random: Random | None = None) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"dropout's p is a share between 0 and 1, got {p!r}")
        self.p = float(p)
        self.random = random

    def mask(self, width: int) -> list[float]:
        """`width` fresh factors, each 0 or 1/(1-p), drawn one after the other."""
        draw = stream_or_default(self.random).random
        kept = 1 / (1 - self.p) if self.p < 1 else 0.0
        return [0.0 if draw() < self.p else kept for _ in range(width)]

    def forward(self, inputs: Inputs) -> Inputs:
        if not self.training:
            return inputs
        if is_number(inputs):
            return inputs * self.mask(1)[0]
        factors = self.mask(len(inputs))
        return [value * factor for value, factor in zip(inputs, factors, strict=True)]

    def __repr__(self) -> str:
        return f"Dropout({self.p:g})"


LAYERS: dict[str, type[Layer]] = {
    "linear": Linear,
    "neuron": Neuron,
    "relu": Relu,
    "leaky_relu": LeakyRelu,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "softmax": Softmax,
    "dropout": Dropout,
}


class Sequential(Layer):
    """Layers in a row, each fed with what the one before it gives.

    Indexing gives a layer, slicing a network of some of the layers with the same weights. A
    network among the layers is spliced in and shares its weights; one of a subclass stays a layer
    in one piece, since it may have a `forward` of its own. A `Linear` followed by a `Relu` is
    computed as one node a neuron. ValueError when neighbouring widths do not fit.
    """

    def __init__(self, *layers: Module) -> None:
        flat: list[Module] = []
        for layer in layers:
            if not isinstance(layer, Module):
                raise TypeError(f"a network is made of layers, not of {layer!r}")
            flat.extend(layer.layers if type(layer) is Sequential else [layer])
        self.layers: tuple[Module, ...] = tuple(flat)
        self.input_size, self.output_size = check_widths(self.layers)
        self._stages = list(_stages(self.layers))

    def forward(self, inputs: Inputs) -> Any:
        values: Any = inputs
        for stage in self._stages:
            values = stage(values)
        return values

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> "Module | Sequential":
        if isinstance(index, slice):
            return Sequential(*self.layers[index])
        if not -len(self.layers) <= index < len(self.layers):
            raise IndexError(f"the network has {len(self.layers)} layers, there is no [{index}]")
        return self.layers[index]

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"


def _stages(layers: Sequence[Module]) -> Iterator[Callable[[Any], Any]]:
    """What to call one after the other: a layer, or `Linear` and `Relu` in one."""
    skip = False
    for i, layer in enumerate(layers):
        if skip:
            skip = False
        elif type(layer) is Linear and i + 1 < len(layers) and type(layers[i + 1]) is Relu:
            skip = True
            yield layer.forward_relu
        else:
            yield layer


def widths_of(layer: Module) -> tuple[int, int] | None:
    """(inputs, outputs) of a layer that fixes them; None for one that takes any number."""
    if isinstance(layer, Linear) and _computes_as(layer, Linear):
        return layer.input_size, layer.output_size
    if isinstance(layer, Neuron) and _computes_as(layer, Neuron):
        return layer.no_of_input, 1
    return None


def _computes_as(layer: Module, *kinds: type[Module]) -> bool:
    """Whether the layer has the `forward` of one of these: a subclass may have its own."""
    return any(type(layer).forward is kind.forward for kind in kinds)


def check_widths(layers: Sequence[Module]) -> tuple[int | None, int | None]:
    """(inputs, outputs) of layers in a row, None where they do not say.

    Raises ValueError naming both layers where one gives another number than the next one takes.
    """
    first: int | None = None
    width: int | None = None
    source: Module | None = None
    untouched = True  # only layers that keep the width so far
    for layer in layers:
        widths = widths_of(layer)
        if widths is not None:
            if untouched:
                first = widths[0]
            if width is not None and width != widths[0]:
                raise ValueError(
                    f"{source!r} gives {width} numbers, but {layer!r} after it takes {widths[0]}"
                )
            width, source, untouched = widths[1], layer, False
        elif not _computes_as(layer, Activation, Softmax, Dropout):  # anything may come out
            width, untouched = None, False
    return first, width


def initialise(
    model: Module, init: str = "default", bias: float = 0.0, random: Random | None = None
) -> None:
    """Draw all weights of `model` anew, in place, and add `bias` to the hidden layers' biases.

    Hidden are all `Linear` and `Neuron` layers but the last. A small positive bias (0.3) lets
    most ReLUs start awake. See engine/initialisation.py for the schemes.
    """
    scheme = scheme_named(init)
    stream = stream_or_default(random)
    layers: list[list[Neuron]] = []
    inside: set[int] = set()
    for module in model.modules():
        if isinstance(module, Linear):
            layers.append(module.neurons)
            inside.update(map(id, module.neurons))
        elif isinstance(module, Neuron) and id(module) not in inside:
            layers.append([module])
    for neurons in layers:
        for neuron in neurons:
            weights, first_bias = scheme(neuron.no_of_input, len(neurons), stream)
            for parameter, value in zip(neuron.weight, weights, strict=True):
                parameter.data = value
            if neuron.bias is not None:
                neuron.bias.data = first_bias + bias if neurons is not layers[-1] else first_bias


def mlp(
    inputs: int,
    hidden: Sequence[int],
    outputs: int,
    init: str = "default",
    bias: float = 0.0,
    random: Random | None = None,
) -> Sequential:
    """A network of `Linear` layers with ReLUs between them: `mlp(2, [16, 16], 1)`.

    `bias` is added to the biases of the hidden layers.
    """
    widths = [inputs, *hidden, outputs]
    layers: list[Module] = []
    for i, (width, next_width) in enumerate(pairwise(widths)):
        layer = Linear(width, next_width, init=init, random=random)
        layers.append(layer)
        if i < len(hidden):
            layers.append(Relu())
            for neuron in layer.neurons:
                if neuron.bias is not None:
                    neuron.bias.data += bias
    return Sequential(*layers)
