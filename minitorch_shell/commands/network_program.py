"""Networks as programs of their own: plain Python that needs nothing, or a PyTorch module."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from keyword import iskeyword

from engine import rules
from engine.module import Module
from engine.nn import Activation, Dropout, Linear, Neuron, Sequential, Softmax
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
    """Probabilities that add up to 1; less the largest score, so that nothing overflows."""
    top = scores[0]
    for score in scores[1:]:
        top = maximum(top, score)
    powers = [exp(score - top) for score in scores]
    total = powers[0]
    for power in powers[1:]:
        total += power
    return [power / total for power in powers]
'''

_OWN = {"linear": _LINEAR, "softmax": _SOFTMAX}


def python_program(network: Sequential, file_name: str) -> str:
    """Plain Python that computes what the network does, to the last bit, in testing mode.

    Weights are written with all their digits, and the functions are the engine's own.
    """
    weights = _Weights(network)
    body = ["    values = [float(value) for value in inputs]", *_width_check(network)]
    for layer in network:
        body.extend(f"    {line}" for line in _python_layer(layer, weights))
    functions = _functions("\n".join(body))
    parts = [
        f'"""{_title(network)}\n\nWritten by minitorch; needs nothing but Python.\n'
        f"{_usage(network, file_name)}"
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


def _usage(network: Sequential, file_name: str) -> str:
    """How to run the program and to use it, where its name can stand in a program as it is."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", file_name):
        return ""
    inputs = ["0.5"] * (network.input_size or 2)
    usage = f"\n    python {file_name} {' '.join(inputs)}\n"
    module = file_name.removesuffix(".py")
    if module.isidentifier() and not iskeyword(module):
        usage += f"    from {module} import predict; predict([{', '.join(inputs)}])\n"
    return usage


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
    if isinstance(layer, Softmax):
        return ["values = softmax(values)"]
    if isinstance(layer, Dropout):
        return [f"# dropout({layer.p:g}) passes everything on outside of training"]
    if not isinstance(layer, Activation):
        raise _unknown(layer)
    rule = layer.rule.value
    function = f"math.{rule.__name__}" if rule.__module__ == "math" else rule.__name__
    settings = "".join(f", {getattr(layer, setting)!r}" for setting in layer.settings)
    return [f"values = [{function}(value{settings}) for value in values]"]


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
    form: str = getattr(layer, "torch", "")
    if not form:
        raise _unknown(layer)
    settings = {setting: getattr(layer, setting) for setting in getattr(layer, "settings", ())}
    return [f"{name} = nn.{form.format(**settings)}"]


def _unknown(layer: Module) -> Trouble:
    return Trouble("MT605", f"a layer of the kind {type(layer).__name__} cannot be exported")


def _functions(program: str) -> list[str]:
    """The sources of the functions that a program calls and of those that these call.

    They are the engine's rules for numbers, in the order of its table, and two of the layers.
    """
    rules_by_name = {
        name: rule
        for name, rule in vars(rules).items()
        if inspect.isfunction(rule) and rule.__module__ == rules.__name__
    }
    needed: set[str] = set()
    waiting = [program]
    while waiting:
        for name in set(re.findall(r"\b[a-z_]+(?=\()", waiting.pop())) - needed:
            if name in rules_by_name or name in _OWN:
                needed.add(name)
                waiting.append(_OWN.get(name) or inspect.getsource(rules_by_name[name]))
    own = [inspect.getsource(rule) for name, rule in rules_by_name.items() if name in needed]
    return own + [text for name, text in _OWN.items() if name in needed]
