"""Modules, layers and networks through their public faces."""

import copy
from math import exp, sqrt
from random import Random

import pytest

from engine import nn
from engine.module import Module
from engine.tensor import Tensor
from engine.training import default_loss, train


def values(output: object) -> list[float]:
    return [output.data] if isinstance(output, Tensor) else [float(o.data) for o in output]


def affine(layer: nn.Linear, inputs: list[float]) -> list[float]:
    sums = []
    for neuron in layer.neurons:
        total = neuron.bias.data if neuron.bias is not None else 0.0
        for weight, value in zip(neuron.weight, inputs, strict=True):
            total += weight.data * value
        sums.append(total)
    return sums


def test_parameters_are_found_in_attributes_lists_tuples_and_dicts_once() -> None:
    class Model(Module):
        def __init__(self) -> None:
            self.gain = Tensor(1)
            self.blocks = [nn.Linear(2, 2), (nn.Neuron(1), {"scale": Tensor(3)})]
            self.again = self.gain
            self.note = "no parameter"

    model = Model()
    names = [name for name, _ in model.named_parameters()]
    assert names[0] == "gain"
    assert "blocks.0.neurons.1.weight.0" in names
    assert "blocks.1.0.bias" in names
    assert "blocks.1.1.scale" in names
    assert len(names) == len(set(names)) == 1 + 6 + 2 + 1
    assert len(model.parameters()) == 10


def test_a_computed_tensor_kept_by_the_model_is_no_parameter() -> None:
    model = nn.Linear(1, 1)
    model.last_output = model(2.0)
    assert len(model.parameters()) == 2


def test_a_model_that_refers_to_itself_is_walked_once() -> None:
    model = nn.Linear(2, 3)
    model.me = [model]
    assert len(model.parameters()) == 9
    assert model.train(False) is model


def test_zero_grad_reaches_every_parameter() -> None:
    net = nn.mlp(2, [3], 1)
    net([1.0, -2.0]).backward()
    assert any(parameter.grad for parameter in net.parameters())
    net.zero_grad()
    assert [parameter.grad for parameter in net.parameters()] == [0.0] * 13


def test_train_and_eval_reach_nested_modules() -> None:
    net = nn.Sequential(nn.Linear(1, 2), nn.Dropout(0.5))
    net.eval()
    assert not net[1].training
    net.train()
    assert net[1].training


def test_constructors_take_the_names_of_the_original() -> None:
    linear = nn.Linear(input_size=5, output_size=4)
    assert (linear.input_size, linear.output_size, len(linear.neurons)) == (5, 4, 4)
    assert len(nn.Neuron(no_of_input=3).weight) == 3


def test_linear_is_affine_and_gives_a_tensor_or_a_list() -> None:
    one, three = nn.Linear(2, 1), nn.Linear(2, 3)
    assert isinstance(one([1.0, 2.0]), Tensor)
    assert values(one([1.0, 2.0])) == pytest.approx(affine(one, [1, 2]))
    assert values(three([-1.0, 2.5])) == pytest.approx(affine(three, [-1, 2.5]))
    assert values(three([Tensor(-1), Tensor(2.5)])) == values(three([-1.0, 2.5]))


def test_linear_without_bias() -> None:
    linear = nn.Linear(2, 2, bias=False)
    assert len(linear.parameters()) == 4
    assert values(linear([0.0, 0.0])) == [0.0, 0.0]


def test_neuron_has_a_relu_unless_told_otherwise() -> None:
    neuron = nn.Neuron(1)
    neuron.weight[0].data, neuron.bias.data = -2.0, 1.0
    assert neuron([3.0]).data == 0.0
    plain = nn.Neuron(1, nonlin=False)
    plain.weight[0].data, plain.bias.data = -2.0, 1.0
    assert plain([3.0]).data == -5.0


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (nn.Relu(), [0.0, 0.0, 2.0]),
        (nn.LeakyRelu(), [-0.01, 0.0, 2.0]),
        (nn.LeakyRelu(0.5), [-0.5, 0.0, 2.0]),
        (nn.Sigmoid(), [1 / (1 + exp(1)), 0.5, 1 / (1 + exp(-2))]),
        (nn.Tanh(), [-0.7615941559557649, 0.0, 0.9640275800758169]),
    ],
)
def test_activations_work_on_lists_and_on_one_value(layer: nn.Module, expected: list) -> None:
    inputs = [-1.0, 0.0, 2.0]
    assert values(layer(inputs)) == pytest.approx(expected, rel=1e-15)
    assert values(layer(Tensor(2.0))) == pytest.approx(expected[2:], rel=1e-15)
    assert values(layer(2.0)) == pytest.approx(expected[2:], rel=1e-15)


def test_softmax_adds_up_to_one_for_scores_of_any_size() -> None:
    for scores in ([1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0], [-1e308, 0.0], [5.0]):
        probabilities = values(nn.Softmax()(scores))
        assert sum(probabilities) == pytest.approx(1, abs=1e-14)
    assert values(nn.Softmax()([0.0, 1.0])) == pytest.approx([1 / (1 + exp(1)), 1 / (1 + exp(-1))])


def test_dropout_zeroes_a_share_and_scales_the_rest() -> None:
    layer = nn.Dropout(0.25, random=Random(1))
    out = values(layer([Tensor(3.0)] * 4000))
    assert set(out) == {0.0, 4.0}
    assert 0.2 < out.count(0.0) / 4000 < 0.3
    layer.eval()
    assert values(layer([Tensor(3.0)])) == [3.0]
    assert values(nn.Dropout(1.0)([Tensor(3.0)])) == [0.0]
    with pytest.raises(ValueError, match="between 0 and 1"):
        nn.Dropout(1.5)


def test_sequential_gives_what_its_layers_give_one_after_the_other() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.Relu(), nn.Linear(4, 2), nn.Tanh())
    step: object = [0.5, -1.0, 2.0]
    for layer in net:
        step = layer(step)
    assert values(net([0.5, -1.0, 2.0])) == values(step)
    assert values(net(0.5, -1.0, 2.0)) == values(step)


def test_fused_neurons_have_the_gradients_of_the_plain_ones() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.Relu(), nn.Linear(4, 1))
    inputs = [0.5, -1.0, 2.0]
    net(inputs).backward()
    fused = [parameter.grad for parameter in net.parameters()]
    net.zero_grad()
    net[2](net[1](net[0](inputs))).backward()
    assert [parameter.grad for parameter in net.parameters()] == pytest.approx(fused, rel=1e-15)
    assert any(fused)


def test_indexing_slicing_and_length() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Relu(), nn.Linear(3, 1))
    assert len(net) == 3
    assert net[0] is next(iter(net))
    assert net[-1] is net[2]
    head = net[0:2]
    assert isinstance(head, nn.Sequential)
    assert head[0].neurons[0].weight[0] is net[0].neurons[0].weight[0]
    with pytest.raises(IndexError, match="3 layers"):
        net[3]


def test_networks_are_spliced_in_and_share_their_weights() -> None:
    encoder = nn.Sequential(nn.Linear(4, 2), nn.Relu())
    decoder = nn.Sequential(nn.Linear(2, 4))
    auto = nn.Sequential(encoder, decoder)
    assert len(auto) == 3
    encoder[0].neurons[0].bias.data = 7.0
    assert auto[0].neurons[0].bias.data == 7.0
    twice = nn.Sequential(nn.Linear(1, 1), *decoder[0:0], encoder[1])
    both = nn.Sequential(twice, twice)
    assert len(both) == 4
    assert len(both.parameters()) == 2


def test_wrong_widths_are_told_in_the_learners_words() -> None:
    with pytest.raises(ValueError, match=r"Linear\(5, 4\) gives 4 numbers.*Linear\(3, 1\).*3"):
        nn.Sequential(nn.Linear(5, 4), nn.Relu(), nn.Linear(3, 1))
    with pytest.raises(ValueError, match=r"Neuron\(2\) gives 1 numbers"):
        nn.Sequential(nn.Neuron(2), nn.Linear(3, 1))
    with pytest.raises(ValueError, match=r"Linear\(5, 4\) takes 5 inputs, got 3"):
        nn.Linear(5, 4)([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="at least 1"):
        nn.Linear(0, 4)
    with pytest.raises(TypeError, match="whole number"):
        nn.Linear(2.5, 4)
    with pytest.raises(TypeError, match="made of layers"):
        nn.Sequential(nn.Linear(2, 1), "relu")


def test_repr_is_readable() -> None:
    net = nn.Sequential(nn.Linear(5, 4), nn.LeakyRelu(0.2), nn.Dropout(0.5), nn.Linear(4, 1))
    assert repr(net) == "Sequential(Linear(5, 4), LeakyRelu(slope=0.2), Dropout(0.5), Linear(4, 1))"

    class Model(Module):
        def __init__(self) -> None:
            super().__init__()
            self.l1 = nn.Linear(5, 4)

    assert repr(Model()) == "Model(\n  (l1): Linear(5, 4)\n)"


def test_mlp_has_relus_between_its_layers_and_raises_hidden_biases() -> None:
    net = nn.mlp(2, [16, 16], 1)
    assert [type(layer).__name__ for layer in net] == ["Linear", "Relu"] * 2 + ["Linear"]
    assert len(net.parameters()) == 48 + 272 + 17
    plain = nn.mlp(2, [4], 1, random=Random(3))
    raised = nn.mlp(2, [4], 1, bias=0.3, random=Random(3))
    for a, b in zip(plain[0].neurons, raised[0].neurons, strict=True):
        assert b.bias.data == a.bias.data + 0.3
    assert plain[2].neurons[0].bias.data == raised[2].neurons[0].bias.data


@pytest.mark.parametrize(
    ("init", "deviation", "bound"),
    [
        ("default", 1 / sqrt(3 * 50), 1 / sqrt(50)),
        ("kaiming", sqrt(2 / 50), None),
        ("xavier", sqrt(2 / 90), sqrt(6 / 90)),
        ("uniform", sqrt(1 / 3), 1),
    ],
)
def test_first_weights_have_the_spread_their_sources_say(
    init: str, deviation: float, bound: float | None
) -> None:
    layer = nn.Linear(50, 40, init=init, random=Random(0))
    weights = [weight.data for neuron in layer.neurons for weight in neuron.weight]
    mean = sum(weights) / len(weights)
    spread = sqrt(sum((weight - mean) ** 2 for weight in weights) / len(weights))
    assert abs(mean) < 0.1 * deviation
    assert spread == pytest.approx(deviation, rel=0.05)
    if bound is not None:
        assert 0.95 * bound < max(map(abs, weights)) <= bound


def test_initialise_redraws_in_place_and_raises_hidden_biases_only() -> None:
    net = nn.mlp(3, [4, 4], 1)
    kept = net.parameters()
    nn.initialise(net, init="xavier", bias=0.3, random=Random(1))
    assert all(a is b for a, b in zip(kept, net.parameters(), strict=True))
    assert [neuron.bias.data for layer in net[0:3:2] for neuron in layer.neurons] == [0.3] * 8
    assert net[4].neurons[0].bias.data == 0.0
    nn.initialise(net, init="zeros")
    assert {parameter.data for parameter in net.parameters()} == {0.0}
    with pytest.raises(ValueError, match="kaiming"):
        nn.initialise(net, init="keiming")


def test_a_deep_copy_is_independent() -> None:
    net = nn.mlp(2, [3], 1)
    twin = copy.deepcopy(net)
    before = net([1.0, 2.0]).data
    for parameter in twin.parameters():
        parameter.data = 0.0
    assert net([1.0, 2.0]).data == before
    assert twin([1.0, 2.0]).data == 0.0


class Doubling(nn.Sequential):
    """A network with a `forward` of its own."""

    def forward(self, inputs: list[float]) -> object:
        return super().forward([2.0 * value for value in inputs])


class Wide(nn.Linear):
    """A layer whose outputs are not those that its settings say."""

    def forward(self, inputs: list[float]) -> object:
        return [*super().forward(inputs), *inputs]


def test_a_subclass_of_a_network_keeps_its_forward_among_other_layers() -> None:
    inner = Doubling(nn.Linear(2, 2, random=Random(1)), nn.Relu())
    net = nn.Sequential(inner, nn.Linear(2, 1, random=Random(2)))
    assert net[0] is inner
    assert len(net) == 2
    assert net([1.0, -3.0]).data == net[1](inner([1.0, -3.0])).data
    assert inner([1.0, -3.0])[0].data == nn.Sequential(*inner)([2.0, -6.0])[0].data
    assert len(net.parameters()) == 9
    outer = nn.Sequential(nn.Sequential(net))
    assert outer([1.0, -3.0]).data == net([1.0, -3.0]).data
    rows = [([0.5, 1.0], 1.0), ([1.0, -1.0], 0.0)]
    results = []
    for engine in ("eager", "auto"):
        model = copy.deepcopy(net)
        losses = train(model, rows, epochs=5, engine=engine).losses
        results.append([losses, [p.data for p in model.parameters()]])
    assert results[0] == results[1]


def test_the_widths_of_layers_of_ones_own_are_not_guessed() -> None:
    net = nn.Sequential(Wide(2, 3), nn.Relu(), nn.Linear(5, 1))
    assert net([1.0, 2.0]).data == net[2](net[1](net[0]([1.0, 2.0]))).data
    assert (
        nn.Sequential(nn.Sequential(nn.Linear(2, 3)), Doubling(nn.Linear(3, 4))).output_size is None
    )


def test_a_network_with_a_forward_of_its_own_does_not_end_in_its_last_layer() -> None:
    class Logits(nn.Sequential):
        def forward(self, inputs: list[float]) -> object:
            return self.layers[0](inputs)

    assert default_loss(nn.Sequential(nn.Linear(1, 2), nn.Softmax())) == "cross_entropy"
    assert default_loss(Logits(nn.Linear(1, 2), nn.Softmax())) == "mse"
