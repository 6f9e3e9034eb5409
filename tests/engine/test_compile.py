"""Compiled training against eager training: the same numbers, bit for bit."""

import copy
import math
import random
import struct
from dataclasses import dataclass

import pytest

from engine import Tensor, nn
from engine.compile import compiled_stepper, source, stepper
from engine.eager import EagerStepper
from engine.losses import LOSSES
from engine.optim import SGD, Adam, MiniOptimizer, Momentum
from engine.training import train


def bits(numbers):
    return [struct.pack("<d", number) for number in numbers]


@dataclass
class Case:
    model: nn.Module
    loss: object
    optimizer: object
    batches: list


def train_both_ways(case, must_compile=True):
    """Run the batches with both steppers and compare everything there is."""
    results = []
    for build in (EagerStepper, compiled_stepper):
        mine = copy.deepcopy(case)
        arguments = (mine.model, mine.loss, mine.optimizer)
        if build is compiled_stepper:
            steps = compiled_stepper(*arguments, mine.batches[0])
            if steps is None:
                assert not must_compile
                return
        else:
            steps = build(*arguments)
        losses = [steps.step(rows) for rows in mine.batches]
        steps.finish()
        results.append(
            {
                "losses": bits(losses),
                "gradients": bits(p.grad for p in mine.model.parameters()),
                "weights": bits(p.data for p in mine.model.parameters()),
                "state": {slot: bits(v) for slot, v in mine.optimizer.state.items()},
                "steps": mine.optimizer.steps,
                "measure": bits([steps.measure(mine.batches[0])]),
            }
        )
    assert results[0] == results[1]


def row_for(rng, width, outputs, loss, signed):
    inputs = [rng.choice([rng.gauss(0, 1), float(rng.random() < 0.5)]) for _ in range(width)]
    if loss == "hinge":
        target = [rng.choice([-1.0, 1.0]) for _ in range(outputs)]
    elif loss == "cross_entropy":
        place = rng.randrange(outputs)
        target = [float(k == place) for k in range(outputs)]
    elif loss == "bce":
        target = [rng.choice([0.0, 1.0, rng.random()]) for _ in range(outputs)]
    else:
        target = [rng.gauss(0, 1) for _ in range(outputs)]
    return inputs, target if outputs > 1 or signed else target[0]


ACTIVATIONS = [nn.Relu, nn.Relu, nn.LeakyRelu, nn.Sigmoid, nn.Tanh, nn.Softmax, None]


def random_case(seed):
    rng = random.Random(seed)
    width, hidden = rng.choice([1, 2, 3, 7]), rng.randrange(5)
    loss = rng.choice(list(LOSSES))
    outputs = rng.choice([2, 3]) if loss == "cross_entropy" else rng.choice([1, 1, 2])
    layers, before = [], width
    for _ in range(hidden):
        size = rng.choice([1, 2, 5, 8])
        if size > 1 or rng.random() < 0.5:
            layers.append(nn.Linear(before, size, bias=rng.random() < 0.8, random=rng))
        else:
            layers.append(nn.Neuron(before, nonlin=rng.random() < 0.5, random=rng))
        activation = rng.choice(ACTIVATIONS)
        if activation is not None:
            layers.append(activation())
        if rng.random() < 0.2:
            layers.append(nn.Dropout(rng.choice([0.2, 0.5]), random=random.Random(seed)))
        before = size
    layers.append(nn.Linear(before, outputs, random=rng))
    if loss == "bce":
        layers.append(nn.Sigmoid())
    elif loss == "cross_entropy" and rng.random() < 0.6:
        layers.append(nn.Softmax())
    model = nn.Sequential(*layers)
    l2 = rng.choice([0.0, 0.0, 1e-3])
    optimizer = rng.choice(
        [
            lambda: SGD(model, lr=rng.choice([0.01, 0.3]), l2=l2),
            lambda: SGD(model, lr=0.05, momentum=0.8, l2=l2),
            lambda: Momentum(model),
            lambda: Adam(model, lr=0.02, l2=l2),
            lambda: MiniOptimizer(model, lr=0.1),
        ]
    )()
    as_list = outputs == 1 and rng.random() < 0.3
    sizes = [rng.randint(1, 40) for _ in range(rng.randint(2, 4))]
    batches = [[row_for(rng, width, outputs, loss, as_list) for _ in range(n)] for n in sizes]
    return Case(model, LOSSES[loss], optimizer, batches)


@pytest.mark.parametrize("seed", range(60))
def test_random_networks_train_to_the_same_bits(seed):
    train_both_ways(random_case(seed))


@pytest.mark.slow
def test_many_random_networks_train_to_the_same_bits():
    for seed in range(1_000, 1_300):
        train_both_ways(random_case(seed))


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_very_many_random_networks_train_to_the_same_bits():
    for seed in range(10_000, 30_000):
        train_both_ways(random_case(seed))


def shaped_case(widths, loss="mse", rows=3, batches=2, seed=5):
    rng = random.Random(seed)
    model = nn.mlp(widths[0], widths[1:-1], widths[-1], random=rng)
    data = [
        [row_for(rng, widths[0], widths[-1], loss, False) for _ in range(rows)]
        for _ in range(batches)
    ]
    return Case(model, LOSSES[loss], SGD(model, 0.05), data)


@pytest.mark.parametrize("widths", [[1, 1, 1], [500, 3, 1], [1, 1, 1, 1, 1, 1], [3, 300, 1]])
def test_extreme_shapes(widths):
    train_both_ways(shaped_case(widths))


@pytest.mark.slow
def test_a_body_of_64_64_64():
    train_both_ways(shaped_case([8, 64, 64, 64, 2]))


def test_weights_that_overflow_end_as_in_the_eager_engine():
    case = shaped_case([2, 5, 5, 1], rows=4, batches=12)
    case.optimizer.lr = 1e30
    losses = []
    for build in (EagerStepper, lambda *a: compiled_stepper(*a, case.batches[0])):
        mine = copy.deepcopy(case)
        steps = build(mine.model, mine.loss, mine.optimizer)
        losses.append([repr(steps.step(rows)) for rows in mine.batches])
        steps.finish()
        losses[-1] += [repr(p.data) for p in mine.model.parameters()]
        losses[-1] += [repr(p.grad) for p in mine.model.parameters()]
    assert losses[0] == losses[1]
    assert "nan" in losses[0]


def test_infinite_weights_beside_a_unit_that_is_off_are_not_skipped():
    case = shaped_case([2, 5, 5, 1])
    for neuron in case.model[2].neurons:
        neuron.weight[0].data = math.inf
    case.model[0].neurons[0].bias.data = -100.0  # off for sure: 0 * inf is nan
    losses = []
    for build in (EagerStepper, lambda *a: compiled_stepper(*a, case.batches[0])):
        mine = copy.deepcopy(case)
        losses.append(repr(build(mine.model, mine.loss, mine.optimizer).step(mine.batches[0])))
    assert losses == ["nan", "nan"]


def test_saturated_sigmoids_do_not_raise():
    rng = random.Random(1)
    model = nn.Sequential(nn.Linear(2, 3, random=rng), nn.Sigmoid(), nn.Linear(3, 1, random=rng))
    model[0].neurons[0].bias.data = -1000.0
    rows = [([0.5, 1.0], 1.0), ([1.5, -1.0], 0.0)]
    train_both_ways(Case(model, LOSSES["mse"], Adam(model), [rows, rows]))


def test_a_shared_layer_adds_up_in_the_eager_order():
    rng = random.Random(2)
    shared = nn.Linear(4, 4, random=rng)
    model = nn.Sequential(shared, nn.Relu(), shared, nn.Relu(), shared, nn.Linear(4, 1, random=rng))
    batches = [[row_for(rng, 4, 1, "mse", False) for _ in range(9)] for _ in range(3)]
    train_both_ways(Case(model, LOSSES["mse"], SGD(model, 0.1), batches))


class Residual(nn.Module):
    """A model of somebody's own, of tensors and operators."""

    def __init__(self, rng):
        self.first = nn.Linear(3, 3, random=rng)
        self.last = nn.Linear(3, 1, random=rng)
        self.scale = Tensor(0.7)

    def forward(self, inputs):
        hidden = [value.tanh() for value in self.first(inputs)]
        sums = [h * self.scale + x for h, x in zip(hidden, inputs, strict=True)]
        return self.last(sums) / (self.scale**2 + 1)


def absolute_loss(prediction, target):
    return abs(prediction - target) + 0.01 * (prediction * prediction).sqrt().exp()


def test_models_and_losses_of_ones_own_compile():
    rng = random.Random(3)
    model = Residual(rng)
    batches = [[row_for(rng, 3, 1, "mse", False) for _ in range(6)] for _ in range(4)]
    train_both_ways(Case(model, absolute_loss, Adam(model), batches))


class Fickle(Residual):
    """Decides by a value, so that no single list of operations will do."""

    def forward(self, inputs):
        hidden = self.first(inputs)
        return self.last([h if h > 0 else h * 0.5 for h in hidden])


class Peeking(Residual):
    def forward(self, inputs):
        return self.last([h * abs(h.data) for h in self.first(inputs)])


class Noisy(Residual):
    noise = random.Random(9)

    def forward(self, inputs):
        return self.last([h + self.noise.random() for h in self.first(inputs)])


@pytest.mark.parametrize("kind", [Fickle, Peeking, Noisy])
def test_what_cannot_be_traced_trains_eagerly(kind):
    rng = random.Random(4)
    model = kind(rng)
    rows = [row_for(rng, 3, 1, "mse", False) for _ in range(6)]
    assert compiled_stepper(model, LOSSES["mse"], SGD(model), rows) is None
    assert source(model, LOSSES["mse"], SGD(model), rows[0]) is None
    result = train(model, rows, epochs=3)
    assert result.engine == "eager"
    assert result.epochs_done == 3
    # and tracing has put everything back
    assert Tensor(2.0) > Tensor(1.0)
    assert Tensor(2.0).data == 2.0


def test_parameters_that_do_not_move_stay():
    rng = random.Random(6)
    model = nn.mlp(3, [4], 1, random=rng)
    batches = [[row_for(rng, 3, 1, "mse", False) for _ in range(6)] for _ in range(3)]
    train_both_ways(Case(model, LOSSES["mse"], SGD(model[2], 0.1, momentum=0.5), batches))


def test_the_same_structure_is_compiled_once():
    first, second = (shaped_case([3, 6, 1], seed=seed) for seed in (1, 2))
    made = []
    for case in (first, second):
        built = compiled_stepper(case.model, case.loss, case.optimizer, case.batches[0])
        made.append(built.function)
    assert made[0] is made[1]
    wider = shaped_case([3, 7, 1])
    built = compiled_stepper(wider.model, wider.loss, wider.optimizer, wider.batches[0])
    assert built.function is not made[0]
    assert len(stepper._functions) <= stepper.KEPT_FUNCTIONS


def test_train_uses_a_weight_that_was_changed_between():
    rows = [([1.0], 3.0), ([2.0], 5.0)]
    results = []
    for engine in ("eager", "compiled"):
        model = nn.Linear(1, 1, random=random.Random(1))
        train(model, rows, epochs=3, engine=engine)
        model.neurons[0].weight[0].data = 40.0
        results.append(train(model, rows, epochs=3, engine=engine).losses)
    assert results[0] == results[1]
    assert results[0][0] > 100


def test_source_shows_the_three_parts():
    case = shaped_case([2, 3, 1])
    text = source(case.model, case.loss, case.optimizer, case.batches[0][0])
    parts = [text.index(f"# {part}") for part in ("forward", "backward", "update")]
    assert parts == sorted(parts)
    compile(text, "shown", "exec")
    assert max(map(len, text.splitlines())) <= 200


class Fixed(Residual):
    """A layer that is fed with plain numbers, the same for every sample."""

    def forward(self, inputs):
        context = self.first([0.5, -1.0, 2.0])
        return self.last([h * x for h, x in zip(context, inputs, strict=True)])


def test_layers_fed_with_plain_numbers_compile():
    rng = random.Random(8)
    model = Fixed(rng)
    batches = [[row_for(rng, 3, 1, "mse", False) for _ in range(6)] for _ in range(3)]
    train_both_ways(Case(model, LOSSES["mse"], SGD(model), batches))


@pytest.mark.parametrize("size", [1.0, 30.0, 1e4, 1e16])
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_softmax_of_scores_of_any_size_trains_to_the_same_bits(size, loss):
    rng = random.Random(11)
    model = nn.Sequential(nn.Linear(3, 5, random=rng), nn.Relu(), nn.Linear(5, 3, random=rng))
    for parameter in model.parameters():
        parameter.data *= math.sqrt(size)
    model = nn.Sequential(*model, nn.Softmax())
    batches = [[row_for(rng, 3, 3, loss, False) for _ in range(6)] for _ in range(4)]
    train_both_ways(Case(model, LOSSES[loss], SGD(model, 0.1), batches))


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_constants_of_minus_zero_are_told_from_zero(zero):
    class Shifted(nn.Module):
        def __init__(self):
            self.weight = Tensor(1.0)
            self.shift = zero

        def forward(self, inputs):
            return 1.0 / (self.weight * 0.0 * inputs[0] + self.shift)

    model = Shifted()
    case = Case(model, LOSSES["mse"], SGD(model, 0.1), [[([-1.0], 0.5)]] * 2)
    train_both_ways(case, must_compile=False)
