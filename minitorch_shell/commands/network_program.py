"""Networks as programs of their own: plain Python that needs nothing, or a PyTorch module."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from engine import rules
from engine.module import Module
from engine.nn import Dropout, LeakyRelu, Linear, Neuron, Relu, Sequential, Sigmoid, Softmax, Tanh
from minitorch_shell.problems.trouble import Trouble
from minitorch_shell.values.network import describe_layer

_LINEAR = '''\
def linear(weights, biases, inputs):
    """One weighted sum for each row of weights, added up from the bias on."""
    outputs = []
    for row, total in zip(weights, biases):
        for weight, value in zip(row, inputs):
            total += weight * value
        outputs.append(total)
    return outputs
'''

_SOFTMAX = '''\
def softmax(scores):
    """Probabilities that add up to 1; log(exp(a) + exp(b)) is computed without overflow."""
    total = scores[0]
    for score in scores[1:]:
        total = maximum(total, score) + softplus(-abs(total - score))
    return [exp(score - total) for score in scores]
'''

# The functions a layer needs, in the order in which they are written.
_NEEDS: dict[type[Module], tuple[str, ...]] = {
    Linear: ("linear",),
    Neuron: ("relu", "linear"),
    Relu: ("relu",),
    LeakyRelu: ("leaky_relu",),
    Sigmoid: ("exp", "sigmoid"),
    Tanh: (),
    Softmax: ("exp", "softplus", "maximum", "softmax"),
    Dropout: (),
}


def python_program(network: Sequential, file_name: str) -> str:
    """Plain Python that computes what the network does, to the last bit, in testing mode.

    Weights are written with all their digits, and the functions are the engine's own.
    """
    weights = _Weights(network)
    body = ["    values = [float(value) for value in inputs]", *_width_check(network)]
    needed: set[str] = set()
    for layer in network:
        needed.update(_needs(layer))
        body.extend(f"    {line}" for line in _python_layer(layer, weights))
    functions = [_function(name) for name in _all_functions() if name in needed]
    module = file_name.removesuffix(".py")
    row = " ".join(["0.5"] * (network.input_size or 2))
    listed = ", ".join(["0.5"] * (network.input_size or 2))
    parts = [
        f'"""{_title(network)}\n\nWritten by minitorch; needs nothing but Python.\n\n'
        f"    python {file_name} {row}\n"
        f"    from {module} import predict; predict([{listed}])\n"
        '"""\n\nimport math\nimport sys\nfrom math import inf, nan',
        "".join(f"{line}\n" for line in weights.lines()),
        *functions,
        "def predict(inputs):\n"
        '    """The outputs, a list, for a list of inputs."""\n'
        + "\n".join(body)
        + "\n    return values\n",
        _main(network, "print(*predict(row))"),
    ]
    return "\n\n".join(part for part in parts if part)


def pytorch_program(network: Sequential, file_name: str) -> str:
    """A script that builds the network as a `torch.nn.Sequential` of float64."""
    weights = _Weights(network)
    made: dict[int, str] = {}
    lines: list[str] = []
    names: list[str] = []
    for layer in network:
        if id(layer) not in made:
            made[id(layer)] = f"layer_{len(made) + 1}"
            lines.extend(f"    {line}" for line in _torch_layer(layer, made[id(layer)], weights))
        names.append(made[id(layer)])
    return "\n\n".join(
        [
            f'"""{_title(network)}\n\nWritten by minitorch; needs PyTorch.\n"""\n\n'
            "import sys\nfrom math import inf, nan\n\nimport torch\nfrom torch import nn",
            "".join(f"{line}\n" for line in weights.lines()),
            "def filled(layer, weights, biases):\n"
            "    with torch.no_grad():\n"
            "        layer.weight.copy_(torch.tensor(weights, dtype=torch.float64))\n"
            "        if layer.bias is not None:\n"
            "            layer.bias.copy_(torch.tensor(biases, dtype=torch.float64))\n"
            "    return layer\n",
            "def build():\n"
            '    """The network with its weights, ready for training or testing."""\n'
            + "\n".join(lines)
            + f"\n    return nn.Sequential({', '.join(names)})\n",
            _main(
                network,
                "with torch.no_grad():\n"
                "        output = build().eval()(torch.tensor(row, dtype=torch.float64))\n"
                "    print(*output.reshape(-1).tolist())",
            ),
        ]
    )


def _title(network: Sequential) -> str:
    return " ".join(map(describe_layer, network))


def _width_check(network: Sequential) -> Iterator[str]:
    width = network.input_size
    if width is not None:
        takes = f"the network takes {width} input{'s' * (width != 1)}, here are "
        yield f"    if len(values) != {width}:"
        yield f'        raise ValueError(f"{takes}{{len(values)}}")'


def _main(network: Sequential, body: str) -> str:
    width = network.input_size
    wrong = "not row" if width is None else f"len(row) != {width}"
    takes = "numbers" if width is None else f"{width} number{'s' * (width != 1)}"
    return (
        'if __name__ == "__main__":\n'
        "    row = [float(text) for text in sys.argv[1:]]\n"
        f"    if {wrong}:\n"
        f'        sys.exit("give it {takes}, the inputs of one row")\n'
        f"    {body}\n"
    )


class _Weights:
    """The weights of a network as assignments; a layer that stands twice is written once."""

    def __init__(self, network: Sequential) -> None:
        self.layers: dict[int, tuple[int, Linear | Neuron]] = {}
        for layer in network:
            if isinstance(layer, Linear | Neuron) and id(layer) not in self.layers:
                self.layers[id(layer)] = len(self.layers) + 1, layer

    def names(self, layer: Module) -> str:
        number = self.layers[id(layer)][0]
        return f"WEIGHTS_{number}, BIASES_{number}"

    def lines(self) -> Iterator[str]:
        for number, layer in self.layers.values():
            neurons = layer.neurons if isinstance(layer, Linear) else [layer]
            yield f"WEIGHTS_{number} = ["
            for neuron in neurons:
                yield f"    [{', '.join(repr(weight.data) for weight in neuron.weight)}],"
            yield "]"
            biases = [0.0 if neuron.bias is None else neuron.bias.data for neuron in neurons]
            yield f"BIASES_{number} = [{', '.join(map(repr, biases))}]"


def _python_layer(layer: Module, weights: _Weights) -> list[str]:
    """The lines that take `values` through a layer."""
    if isinstance(layer, Linear | Neuron):
        lines = [f"values = linear({weights.names(layer)}, values)"]
        if isinstance(layer, Neuron) and layer.nonlin:
            lines.append("values = [relu(value) for value in values]")
        return lines
    if isinstance(layer, LeakyRelu):
        return [f"values = [leaky_relu(value, {layer.slope!r}) for value in values]"]
    if isinstance(layer, Softmax):
        return ["values = softmax(values)"]
    if isinstance(layer, Dropout):
        return [f"# dropout({layer.p:g}) passes everything on outside of training"]
    functions: dict[type[Module], str] = {Relu: "relu", Sigmoid: "sigmoid", Tanh: "math.tanh"}
    return [f"values = [{functions[type(layer)]}(value) for value in values]"]


def _torch_layer(layer: Module, name: str, weights: _Weights) -> list[str]:
    """The lines that make a layer of PyTorch."""
    if isinstance(layer, Linear):
        bias = "" if layer.has_bias else ", bias=False"
        made = f"nn.Linear({layer.input_size}, {layer.output_size}{bias}, dtype=torch.float64)"
        return [f"{name} = filled({made}, {weights.names(layer)})"]
    if isinstance(layer, Neuron):
        bias = "" if layer.bias is not None else ", bias=False"
        made = f"nn.Linear({layer.no_of_input}, 1{bias}, dtype=torch.float64)"
        lines = [f"{name} = filled({made}, {weights.names(layer)})"]
        return [*lines, f"{name} = nn.Sequential({name}, nn.ReLU())"] if layer.nonlin else lines
    _needs(layer)
    if isinstance(layer, LeakyRelu):
        return [f"{name} = nn.LeakyReLU({layer.slope!r})"]
    if isinstance(layer, Dropout):
        return [f"{name} = nn.Dropout({layer.p!r})"]
    kinds: dict[type[Module], str] = {
        Relu: "ReLU()",
        Sigmoid: "Sigmoid()",
        Tanh: "Tanh()",
        Softmax: "Softmax(dim=-1)",
    }
    return [f"{name} = nn.{kinds[type(layer)]}"]


def _needs(layer: Module) -> tuple[str, ...]:
    if type(layer) not in _NEEDS:
        raise Trouble("MT605", f"a layer of the kind {type(layer).__name__} cannot be exported")
    return _NEEDS[type(layer)]


def _all_functions() -> dict[str, Callable[..., Any] | str]:
    """What exported programs may need: the engine's rules for numbers, and two of the layers."""
    own = (rules.exp, rules.softplus, rules.maximum, rules.relu, rules.leaky_relu, rules.sigmoid)
    return {rule.__name__: rule for rule in own} | {"linear": _LINEAR, "softmax": _SOFTMAX}


def _function(name: str) -> str:
    found = _all_functions()[name]
    return found if isinstance(found, str) else inspect.getsource(found)
