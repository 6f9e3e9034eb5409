"""Layers and networks: what they take in which form, what they refuse in which words."""

import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from told import told

from engine import Tensor, nn
from engine.initialisation import SCHEMES
from engine.module import Module
from engine.randomness import seed


def numbers(output: Any) -> list[float]:
    outputs = output if isinstance(output, list | tuple) else [output]
    return [value.item() if isinstance(value, Tensor) else value for value in outputs]


def fixed(layer: nn.Linear | nn.Neuron) -> None:
    """Weights and biases that can be added up in the head."""
    neurons = layer.neurons if isinstance(layer, nn.Linear) else [layer]
    for i, neuron in enumerate(neurons):
        for j, weight in enumerate(neuron.weight):
            weight.data = i + 0.5 * j + 1.0
        if neuron.bias is not None:
            neuron.bias.data = -1.0 - i


def test_widths_are_whole_numbers_from_1_on() -> None:
    for make, name in [
        (nn.Neuron, "no_of_input"),
        (lambda width: nn.Linear(width, 2), "input_size"),
        (lambda width: nn.Linear(2, width), "output_size"),
    ]:
        for wrong in (2.5, True, "2", None):
            message = told(TypeError, lambda make=make, wrong=wrong: make(wrong))
            assert message == f"{name} is a whole number, not {wrong!r}"
        for wrong in (0, -1, -2.0):
            message = told(ValueError, lambda make=make, wrong=wrong: make(wrong))
            assert message == f"{name} must be at least 1, got {int(wrong)}"
    sizes = [nn.Linear(2.0, 1.0).input_size, nn.Linear(2.0, 1.0).output_size]  # type: ignore[arg-type]
    assert [(size, type(size)) for size in sizes] == [(2, int), (1, int)]


@pytest.mark.parametrize(
    "inputs", [[3.0, 2.0], (3.0, 2.0), [3, 2], [Tensor(3.0), 2.0], (Tensor(3), Tensor(2))]
)
def test_inputs_may_be_numbers_and_tensors_in_any_sequence(inputs: Any) -> None:
    linear, neuron = nn.Linear(2, 2), nn.Neuron(2)
    fixed(linear)
    fixed(neuron)
    assert numbers(linear(inputs)) == [1.0 * 3 + 1.5 * 2 - 1, 2.0 * 3 + 2.5 * 2 - 2]
    assert numbers(linear(*inputs)) == numbers(linear(inputs))
    assert neuron(inputs).data == 1.0 * 3 + 1.5 * 2 - 1
    assert [one(inputs).data for one in linear.neurons] == numbers(linear(inputs))


def test_the_operands_of_a_neuron_are_its_bias_its_weights_and_its_inputs() -> None:
    neuron, inputs = nn.Neuron(2), [Tensor(3.0), Tensor(2.0)]
    assert list(map(id, neuron(inputs)._prev)) == list(
        map(id, [neuron.bias, *neuron.weight, *inputs])
    )


def test_the_neurons_of_a_linear_layer_have_no_relu() -> None:
    linear = nn.Linear(1, 2)
    fixed(linear)
    assert [neuron(-3.0).data for neuron in linear.neurons] == [-4.0, -8.0]
    assert [repr(neuron) for neuron in linear.neurons] == ["Neuron(1, nonlin=False)"] * 2


@pytest.mark.parametrize("alone", [2, 2.0, Tensor(2)])
def test_one_number_stands_for_a_list_of_one(alone: Any) -> None:
    linear, neuron = nn.Linear(1, 2), nn.Neuron(1)
    fixed(linear)
    fixed(neuron)
    assert numbers(linear(alone)) == [1.0, 2.0]
    assert neuron(alone).data == 1.0
    assert numbers(nn.Softmax()(alone)) == [1.0]
    for layer in (nn.Relu(), nn.LeakyRelu(), nn.Sigmoid(), nn.Tanh()):
        out = layer(alone)
        assert isinstance(out, Tensor)
        assert [out.data] == numbers(layer([alone]))


def test_a_wrong_number_of_inputs_is_told() -> None:
    for layer, inputs, message in [
        (nn.Linear(1, 2), [1.0, 2.0], "Linear(1, 2) takes 1 input, got 2"),
        (nn.Linear(3, 2), [1.0, 2.0], "Linear(3, 2) takes 3 inputs, got 2"),
        (nn.Neuron(2), 1.0, "Neuron(2) takes 2 inputs, got 1"),
        (nn.Neuron(1, nonlin=False), (), "Neuron(1, nonlin=False) takes 1 input, got 0"),
    ]:
        assert told(ValueError, lambda layer=layer, inputs=inputs: layer(inputs)) == message


def test_layers_print_as_they_are_written() -> None:
    assert repr(nn.Neuron(3)) == "Neuron(3)"
    assert repr(nn.Neuron(3, nonlin=False)) == "Neuron(3, nonlin=False)"
    assert repr(nn.Linear(3, 2)) == "Linear(3, 2)"
    assert repr(nn.Linear(3, 2, bias=False)) == "Linear(3, 2, bias=False)"
    assert (nn.Linear(3, 2).has_bias, nn.Linear(3, 2, bias=False).has_bias) == (True, False)
    names = ["Relu()", "Sigmoid()", "Tanh()", "Softmax()"]
    assert [repr(x) for x in (nn.Relu(), nn.Sigmoid(), nn.Tanh(), nn.Softmax())] == names
    assert repr(nn.LeakyRelu()) == "LeakyRelu(slope=0.01)"
    assert repr(nn.LeakyRelu(0.1 + 0.2)) == "LeakyRelu(slope=0.3)"
    assert repr(nn.Dropout()) == "Dropout(0.5)"
    assert repr(nn.Dropout(1)) == "Dropout(1)"
    net = nn.Sequential(nn.Linear(2, 1), nn.Relu())
    assert repr(net) == "Sequential(Linear(2, 1), Relu())"


def test_layers_are_known_by_these_names_settings_and_peers() -> None:
    peers = {kind: (layer.settings, layer.torch) for kind, layer in nn.LAYERS.items()}
    assert peers == {
        "linear": (("input_size", "output_size"), ""),
        "neuron": (("no_of_input", "nonlin"), ""),
        "relu": ((), "ReLU()"),
        "leaky_relu": (("slope",), "LeakyReLU({slope!r})"),
        "sigmoid": ((), "Sigmoid()"),
        "tanh": ((), "Tanh()"),
        "softmax": ((), "Softmax(dim=-1)"),
        "dropout": (("p",), "Dropout({p!r})"),
    }
    for layer in (nn.Sequential(nn.Relu()), nn.Layer()):
        assert (layer.name, layer.settings, layer.torch) == ("", (), "")
    assert (nn.LeakyRelu(1).slope, type(nn.LeakyRelu(1).slope)) == (1.0, float)
    with pytest.raises(NotImplementedError):
        nn.Activation()(1.0)


def test_a_neuron_has_a_relu_and_a_bias_unless_told_otherwise() -> None:
    for neuron, expected in [
        (nn.Neuron(1), [0.0, 1.0]),
        (nn.Neuron(1, nonlin=False), [-3.0, 1.0]),
        (nn.Neuron(1, bias=False), [0.0, 2.0]),
        (nn.Neuron(1, False, False), [-2.0, 2.0]),
    ]:
        fixed(neuron)
        assert [neuron(-2.0).data, neuron(2.0).data] == expected


def test_linear_and_relu_in_one_step_and_in_two() -> None:
    linear = nn.Linear(1, 2)
    fixed(linear)
    assert numbers(linear(0.5)) == [-0.5, -1.0]
    assert numbers(linear.forward_relu(0.5)) == [0.0, 0.0]
    assert numbers(nn.Sequential(linear, nn.Relu())(0.5)) == [0.0, 0.0]
    assert numbers(nn.Sequential(linear, nn.Tanh())(0.5)) == [math.tanh(-0.5), math.tanh(-1.0)]
    assert numbers(nn.Sequential(linear)(0.5)) == [-0.5, -1.0]


def operations(output: Any) -> list[str]:
    return [value._op for value in (output if isinstance(output, list) else [output])]


def test_a_relu_behind_a_linear_layer_is_in_one_node_with_it_and_no_other_is() -> None:
    linear, again = nn.Linear(2, 2), nn.Linear(2, 2)
    row = [0.25, 0.5]
    assert operations(nn.Sequential(linear, nn.Relu())(row)) == ["dot relu"] * 2
    assert operations(nn.Sequential(linear, nn.Relu(), again)(row)) == ["dot"] * 2
    assert operations(nn.Sequential(linear, nn.Relu(), again, nn.Relu())(row)) == ["dot relu"] * 2
    assert operations(nn.Sequential(linear, nn.Relu(), nn.Relu())(row)) == ["relu"] * 2
    assert operations(nn.Sequential(nn.Relu(), linear)(row)) == ["dot"] * 2
    assert operations(nn.Sequential(nn.Neuron(2, nonlin=False), nn.Relu())(row)) == ["relu"]


class Loud(nn.Relu):
    """A relu of the user's own, which does something else."""

    def apply(self, value: Any) -> Tensor:
        return super().apply(value) * 100.0


class Doubled(nn.Linear):
    """A linear layer of the user's own."""

    def forward(self, inputs: Any) -> Any:
        return [value * 2.0 for value in super().forward(inputs)]


def test_layers_derived_from_linear_and_relu_keep_their_own_way() -> None:
    plain, doubled = nn.Linear(1, 2), Doubled(1, 2)
    fixed(plain)
    fixed(doubled)
    assert numbers(nn.Sequential(plain, Loud())(2.0)) == [100.0, 200.0]
    assert numbers(nn.Sequential(doubled, nn.Relu())(2.0)) == [2.0, 4.0]


@pytest.mark.parametrize("p", [0, 0.0, 0.25, 0.5, 1, 1.0])
def test_dropout_draws_one_number_after_the_other(p: float) -> None:
    layer = nn.Dropout(p, random=Random(5))
    assert (layer.p, type(layer.p)) == (p, float)
    stream = Random(5)
    for width in (1, 2, 50):
        kept = [stream.random() >= p for _ in range(width)]
        expected = [3.0 / (1 - p) if keep and p < 1 else 0.0 for keep in kept]
        assert numbers(layer([3.0] * width)) == pytest.approx(expected, rel=1e-15)
    for _ in range(20):
        alone = Tensor(3.0)
        out = layer(alone)
        assert out._prev[0] is alone
        assert out.data == pytest.approx(3.0 / (1 - p) if stream.random() >= p and p < 1 else 0.0)
        assert layer([alone])[0]._prev[0] is alone
        stream.random()
    layer.eval()
    row = [1.0, 2.0]
    assert layer(row) is row
    assert layer(*row) == row
    assert layer(7) == 7


class Zeros(Random):
    """The least that a stream may draw, every time."""

    def random(self) -> float:
        return 0.0


def test_with_a_share_of_0_nothing_is_dropped_whatever_is_drawn() -> None:
    assert nn.Dropout(0, random=Zeros())([1.0, 2.0]) == [1.0, 2.0]
    assert nn.Dropout(1e-9, random=Zeros())([1.0, 2.0]) == [0.0, 0.0]


def test_dropout_takes_shares_only() -> None:
    for wrong in (-0.1, 1.1, math.nan):
        message = told(ValueError, lambda wrong=wrong: nn.Dropout(wrong))
        assert message == f"dropout's p is a share between 0 and 1, got {wrong!r}"
    assert nn.Dropout().p == 0.5
    for alone in (3, 3.0):
        assert nn.Dropout(0.5, random=Random(1))(alone) in (0.0, 6.0)


def test_without_a_stream_of_its_own_everything_draws_from_the_engines() -> None:
    def drawn() -> list[float]:
        seed(7)
        made = [nn.Linear(2, 2), nn.Neuron(2), nn.mlp(1, [2], 1), nn.mlp(1, [2], 1)]
        nn.initialise(made[3])
        weights = [parameter.data for module in made for parameter in module.parameters()]
        return [*weights, *numbers(nn.Dropout()([1.0] * 20))]

    assert drawn() == drawn()
    assert len(set(drawn())) > 20


def test_a_stream_of_its_own_leaves_the_engines_alone() -> None:
    def drawn(stream: Callable[[], Random]) -> list[float]:
        made = [
            nn.Linear(2, 2, random=stream()),
            nn.Neuron(2, random=stream()),
            nn.mlp(1, [2], 1, random=stream()),
        ]
        nn.initialise(made[0], random=stream())
        return [parameter.data for module in made for parameter in module.parameters()]

    seed(7)
    first = drawn(lambda: Random(3))
    after = nn.Neuron(1).weight[0].data
    seed(7)
    assert nn.Neuron(1).weight[0].data == after
    assert drawn(lambda: Random(3)) == first


@pytest.mark.parametrize("init", ["default", "kaiming", "xavier", "uniform", "zeros"])
def test_every_scheme_reaches_every_neuron(init: str) -> None:
    def expected(fan_in: int, fan_out: int, count: int, stream: Random) -> list[float]:
        rows = [SCHEMES[init](fan_in, fan_out, stream) for _ in range(count)]
        return [number for weights, bias in rows for number in (*weights, bias)]

    def weights(module: Module) -> list[float]:
        return [parameter.data for parameter in module.parameters()]

    assert weights(nn.Neuron(3, init=init, random=Random(1))) == expected(3, 1, 1, Random(1))
    assert weights(nn.Neuron(3, init=init, random=Random(1), fan_out=4)) == expected(
        3, 4, 1, Random(1)
    )
    assert weights(nn.Linear(3, 2, init=init, random=Random(1))) == expected(3, 2, 2, Random(1))
    stream = Random(1)
    both = [*expected(2, 3, 3, stream), *expected(3, 1, 1, stream)]
    assert weights(nn.mlp(2, [3], 1, init=init, random=Random(1))) == both
    net = nn.mlp(2, [3], 1)
    nn.initialise(net, init, random=Random(1))
    assert weights(net) == both


def test_initialise_knows_hidden_layers_from_the_last_one() -> None:
    alone = nn.Neuron(2)
    net = nn.Sequential(nn.Linear(1, 2), nn.Relu(), alone, nn.Linear(1, 1, bias=False))
    nn.initialise(net, "zeros", bias=0.5)
    assert [parameter.data for parameter in net.parameters()] == [
        *(0.0, 0.5, 0.0, 0.5),
        *(0.0, 0.0, 0.5),
        0.0,
    ]
    nn.initialise(net, "zeros")
    assert {parameter.data for parameter in net.parameters()} == {0.0}
    nn.initialise(alone, "zeros", bias=0.5)
    assert alone.bias is not None
    assert alone.bias.data == 0.0
    message = told(ValueError, lambda: nn.initialise(net, "best"))
    assert message.startswith("there is no init 'best'; choose one of default, ")


def test_mlp_adds_its_bias_to_hidden_layers_alone() -> None:
    net = nn.mlp(2, [3, 2], 2, init="zeros", bias=0.5)
    biases = [[neuron.bias.data for neuron in net[i].neurons] for i in (0, 2, 4)]
    assert biases == [[0.5] * 3, [0.5] * 2, [0.0] * 2]
    assert repr(net) == "Sequential(Linear(2, 3), Relu(), Linear(3, 2), Relu(), Linear(2, 2))"
    assert repr(nn.mlp(2, [], 3)) == "Sequential(Linear(2, 3))"
    plain = nn.mlp(2, [3], 1, init="zeros")
    assert {parameter.data for parameter in plain.parameters()} == {0.0}


def test_a_network_is_a_sequence_of_its_layers() -> None:
    layers = [nn.Linear(2, 3), nn.Relu(), nn.Linear(3, 1)]
    net = nn.Sequential(*layers)
    assert len(net) == 3
    assert list(net) == layers
    assert net.layers == tuple(layers)
    assert [net[i] for i in (-3, -2, -1, 0, 1, 2)] == [*layers, *layers]
    assert list(net[1:]) == layers[1:]
    for wrong in (3, -4):
        message = told(IndexError, lambda wrong=wrong: net[wrong])
        assert message == f"the network has 3 layers, there is no [{wrong}]"
    message = told(TypeError, lambda: nn.Sequential(nn.Relu(), 3))  # type: ignore[arg-type]
    assert message == "a network is made of layers, not of 3"
    assert nn.Sequential()([1.0, 2.0]) == [1.0, 2.0]
    nested = nn.Sequential(net[:2], nn.Sequential(nn.Sequential(net[2])))
    assert list(nested) == layers


class Own(Module):
    """A module of the user's own; nobody knows its widths."""

    def forward(self, inputs: Any) -> Any:
        return inputs

    __call__ = forward


@pytest.mark.parametrize(
    ("layers", "widths"),
    [
        ([], (None, None)),
        ([nn.Relu()], (None, None)),
        ([nn.Linear(2, 3)], (2, 3)),
        ([nn.Neuron(4)], (4, 1)),
        ([nn.Relu(), nn.Linear(2, 3), nn.Tanh()], (2, 3)),
        ([nn.Linear(2, 3), nn.Dropout(), nn.Linear(3, 5)], (2, 5)),
        ([nn.Linear(2, 3), Own()], (2, None)),
        ([Own(), nn.Linear(2, 3)], (None, 3)),
        ([nn.Linear(2, 3), Own(), nn.Linear(7, 5)], (2, 5)),
        ([nn.Linear(1, 2), nn.Linear(2, 3), Own(), nn.Relu()], (1, None)),
    ],
)
def test_a_network_knows_its_widths(
    layers: list[Module], widths: tuple[int | None, int | None]
) -> None:
    net = nn.Sequential(*layers)
    assert (net.input_size, net.output_size) == widths
    assert nn.check_widths(layers) == widths


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [nn.Linear(2, 3), nn.Linear(4, 1)],
            "Linear(2, 3) gives 3 numbers, but Linear(4, 1) after it takes 4",
        ),
        (
            [nn.Linear(2, 1), nn.Tanh(), nn.Linear(1, 3), nn.Relu(), nn.Neuron(2)],
            "Linear(1, 3) gives 3 numbers, but Neuron(2) after it takes 2",
        ),
        ([nn.Neuron(2), nn.Neuron(3)], "Neuron(2) gives 1 numbers, but Neuron(3) after it takes 3"),
        (
            [nn.Linear(2, 3), Own(), nn.Linear(7, 5), nn.Linear(4, 1)],
            "Linear(7, 5) gives 5 numbers, but Linear(4, 1) after it takes 4",
        ),
    ],
)
def test_neighbours_that_do_not_fit_are_named(layers: list[Module], message: str) -> None:
    assert told(ValueError, lambda: nn.Sequential(*layers)) == message


def test_widths_of_one_layer() -> None:
    assert nn.widths_of(nn.Linear(2, 3)) == (2, 3)
    assert nn.widths_of(nn.Neuron(4)) == (4, 1)
    assert nn.widths_of(nn.Relu()) is None
    assert nn.widths_of(Own()) is None


@pytest.mark.parametrize("kind", [nn.Linear, nn.Neuron])
def test_only_a_layer_that_computes_as_it_was_made_fixes_the_widths(kind: Any) -> None:
    class Twice(kind):  # type: ignore[misc]
        def forward(self, inputs: Any) -> Any:
            return [value * 2.0 for value in inputs]

    class Borrowed(Module):
        forward = kind.forward

    plain = kind(2, 1) if kind is nn.Linear else kind(2)
    own = Twice(2, 1) if kind is nn.Linear else Twice(2)
    net = nn.Sequential(plain, nn.Linear(1, 3))
    assert (net.input_size, net.output_size) == (2, 3)
    assert told(ValueError, lambda: nn.Sequential(plain, nn.Linear(3, 1))) == (
        f"{plain!r} gives 1 numbers, but Linear(3, 1) after it takes 3"
    )
    for free in (own, Borrowed()):
        net = nn.Sequential(free, nn.Linear(5, 1))
        assert (net.input_size, net.output_size) == (None, 1)
    assert numbers(nn.Sequential(own, nn.Tanh())([0.0, 0.0, 0.0])) == [0.0, 0.0, 0.0]
