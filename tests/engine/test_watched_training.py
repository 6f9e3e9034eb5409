"""Compiled training beside eager training where models, losses and callbacks do what they like.

What a compiled step took for granted is watched, or it is not compiled: the numbers are the same.
"""

import math
import random as python_random
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from engine import Tensor, nn
from engine.compile import compiled_stepper
from engine.datasets import Dataset
from engine.functions import maximum, sigmoid, tanh
from engine.losses import LOSSES, mse_loss
from engine.optim import SGD, Adam, Momentum
from engine.training import train

ROWS = [([0.5, -1.0], 1.0), ([1.0, 0.25], -1.0), ([-0.3, 0.8], 0.5), ([0.1, 0.2], 0.0)]
SCALE = 0.5
RATES = [0.1, 0.2]


def bits(numbers: Any) -> list[str]:
    return [number.hex() for number in numbers]


def same_both_ways(
    make: Callable[[], nn.Module],
    make_options: Callable[[nn.Module], dict[str, Any]] = lambda model: {},
    epochs: int = 8,
    engine_used: str | None = None,
) -> None:
    """Train with both engines; `engine_used` is what "auto" must have chosen."""
    results = []
    for engine in ("eager", "auto"):
        model = make()
        options = {"loss": mse_loss, "optimizer": SGD(model, 0.1), **make_options(model)}
        found = train(
            model, ROWS, epochs=epochs, batch=3, random=Random(4), engine=engine, **options
        )
        if engine == "auto" and engine_used is not None:
            assert found.engine == engine_used
        numbers = [p.data for p in model.parameters()]
        gradients = [p.grad for p in model.parameters()]
        state = {slot: bits(v) for slot, v in options["optimizer"].state.items()}
        results.append(
            (bits(found.losses), bits(found.validation_losses), bits(numbers), bits(gradients),
             state, options["optimizer"].steps, found.stopped)
        )  # fmt: skip
    assert results[0] == results[1]


def network() -> nn.Sequential:
    return nn.mlp(2, [4], 1, random=Random(1), bias=0.2)


def with_dropout() -> nn.Sequential:
    stream = Random(3)
    return nn.Sequential(
        nn.Linear(2, 6, random=stream), nn.Relu(), nn.Dropout(0.3, random=stream),
        nn.LeakyRelu(0.2), nn.Linear(6, 1, random=stream),
    )  # fmt: skip


# ---------------------------------------------------------------- what callbacks change


def changes() -> dict[str, Callable[[nn.Module, Any], None]]:
    def halve(model: nn.Module, optimizer: Any) -> None:
        for parameter in model.parameters():
            parameter.data = parameter.data / 2

    def grow(model: Any, optimizer: Any) -> None:
        model.layers = (*model.layers, nn.Tanh())
        model._stages.append(model.layers[-1])

    def swap(model: Any, optimizer: Any) -> None:
        model[0].neurons[0].weight = [Tensor(0.25), Tensor(-0.5)]

    def forget(model: nn.Module, optimizer: Any) -> None:
        for values in optimizer.state.values():
            values[:] = [0.0] * len(values)

    return {
        "nothing": lambda model, optimizer: None,
        "weights": halve,
        "a weight of -0.0": lambda model, optimizer: setattr(model.parameters()[0], "data", -0.0),
        "a weight that is not finite": lambda model, optimizer: setattr(
            model.parameters()[0], "data", math.inf
        ),
        "a gradient": lambda model, optimizer: setattr(model.parameters()[0], "grad", 7.0),
        "the rate": lambda model, optimizer: setattr(optimizer, "lr", 0.01),
        "momentum": lambda model, optimizer: setattr(optimizer, "momentum", 0.5),
        "no momentum": lambda model, optimizer: setattr(optimizer, "momentum", 0.0),
        "l2": lambda model, optimizer: setattr(optimizer, "l2", 0.1),
        "the state of the optimizer": forget,
        "steps": lambda model, optimizer: setattr(optimizer, "steps", 0),
        "testing mode": lambda model, optimizer: model.eval(),
        "dropout": lambda model, optimizer: setattr(model[2], "p", 0.6),
        "the slope": lambda model, optimizer: setattr(model[3], "slope", 0.7),
        "a layer more": grow,
        "other weights": swap,
        "frozen weights": lambda model, optimizer: model[0].__dict__.update(
            frozen=optimizer.parameters.pop(0)
        ),
    }


@pytest.mark.parametrize("make_optimizer", [lambda m: SGD(m, 0.1), Momentum, Adam])
@pytest.mark.parametrize("name", changes())
def test_what_on_epoch_changes_counts_from_then_on(name: str, make_optimizer: Any) -> None:
    def options(model: nn.Module) -> dict[str, Any]:
        optimizer = make_optimizer(model)
        if name == "frozen weights" and optimizer.slots:
            optimizer.state = {slot: values[:-1] for slot, values in optimizer.state.items()}

        def on_epoch(epoch: int, loss: float, validation_loss: float | None) -> None:
            if epoch == 3:
                changes()[name](model, optimizer)

        return {"optimizer": optimizer, "on_epoch": on_epoch, "validation": 0.5}

    if name == "frozen weights":
        same_both_ways(with_dropout, lambda m: {**options(m), "optimizer": frozen(m)})
        return
    same_both_ways(with_dropout, options, engine_used="compiled")


def frozen(model: nn.Module) -> SGD:
    return SGD(model.parameters()[3:], 0.1)


def test_on_epoch_sees_the_weights_of_its_epoch() -> None:
    def seen(engine: Any) -> list[list[str]]:
        model = network()
        optimizer = Adam(model)
        found: list[list[str]] = []

        def look(*_: object) -> None:
            found.append(bits([*(p.data for p in model.parameters()), *optimizer.state["mean"]]))

        train(model, ROWS, optimizer=optimizer, epochs=4, engine=engine, on_epoch=look)
        return found

    assert seen("eager") == seen("auto")
    assert len({tuple(numbers) for numbers in seen("auto")}) == 4


def test_an_interrupt_after_a_change_takes_back_the_epoch_and_keeps_the_change() -> None:
    def options(model: nn.Module) -> dict[str, Any]:
        def on_epoch(epoch: int, *_: object) -> None:
            if epoch == 2:
                model.parameters()[0].data = 9.0
            if epoch == 3:
                model.parameters()[0].data = 11.0
                raise KeyboardInterrupt

        return {"on_epoch": on_epoch}

    same_both_ways(network, options)


def test_progress_gets_the_same_numbers() -> None:
    model = network()
    seen: list[Any] = []
    result = train(
        model, ROWS, epochs=3, validation=0.5, progress=lambda *report: seen.append(report)
    )
    pairs = zip(result.losses, result.validation_losses, strict=True)
    assert seen == [(epoch, *pair) for epoch, pair in enumerate(pairs, 1)]


def test_rows_that_are_drawn_by_somebodys_own_code_may_change_the_model() -> None:
    class Curriculum(Dataset):
        generated = True
        model: nn.Sequential

        def draw(self, count: int, random: Random | None = None) -> Any:
            self.model.parameters()[0].data = 0.125
            return ROWS[:2]

    results = []
    for engine in ("eager", "auto"):
        data = Curriculum("lessons", ROWS)
        data.model = network()
        losses = train(data.model, data, epochs=4, engine=engine).losses  # type: ignore[arg-type]
        results.append([bits(losses), bits(p.data for p in data.model.parameters())])
    assert results[0] == results[1]


# ---------------------------------------------------------------- models that do more than compute


class Own(nn.Module):
    """Layers and an attribute, put together by `forward` in one of the ways below."""

    kind = 0.25

    def __init__(self) -> None:
        random = Random(5)
        self.first = nn.Linear(2, 3, random=random)
        self.last = nn.Linear(3, 1, random=random)
        self.scale = Tensor(0.7)
        self.share = 0.5
        self.calls = 0
        self.seen: list[float] = []
        self.options = {"slope": 0.1, "widths": (2, 3)}

    @property
    def half(self) -> float:
        return self.share / 2

    def blend(self, values: Any) -> Any:
        return [value * self.share + value.tanh() * self.half for value in values]


class Plain(Own):
    def forward(self, inputs: Any) -> Any:
        hidden = self.blend(self.first(inputs))
        hidden = [h.leaky_relu(self.options["slope"]) * SCALE + self.kind for h in hidden]
        if len(hidden) != self.options["widths"][1]:
            raise ValueError(f"{len(hidden)} of them")
        total = Tensor(0.0)
        for h in hidden:
            total = total + maximum(0.0, h) * math.pi
        return self.last(hidden) + total * self.scale


class Functional(Own):
    """Attributes that are functions, comprehensions with cells, `super()` and helpers."""

    def __init__(self) -> None:
        super().__init__()
        self.activations = [tanh, sigmoid, lambda x: x * SCALE, Tensor.exp, nn.Tanh()]

    def forward(self, inputs: Any) -> Any:
        def twice(values: Any) -> Any:
            return [factor * value for value in values]

        factor = self.scale
        hidden = self.first(inputs)
        for activation in self.activations:
            hidden = [activation(h) for h in hidden]
        hidden = twice(super().blend(hidden))
        return self.last([max(h, h * 0.5, key=lambda v: 0) for h in hidden])


class Counting(Own):
    def forward(self, inputs: Any) -> Any:
        self.calls += 1
        return self.last(self.first(inputs)) * (2.0 if self.calls > 20 else 1.0)


class Remembering(Own):
    def forward(self, inputs: Any) -> Any:
        self.seen.append(1.0)
        return self.last(self.first(inputs)) * (2.0 if len(self.seen) > 20 else 1.0)


class Sneaking(Own):
    def forward(self, inputs: Any) -> Any:
        self.__dict__["calls"] = self.__dict__["calls"] + 1
        return self.last(self.first(inputs)) * (2.0 if self.calls > 20 else 1.0)


class ByClass(Own):
    counter = [0]  # noqa: RUF012

    def forward(self, inputs: Any) -> Any:
        self.counter.append(0)
        return self.last(self.first(inputs)) * (2.0 if len(self.counter) > 20 else 1.0)


class Global(Own):
    def forward(self, inputs: Any) -> Any:
        return self.last(self.first(inputs)) * RATES[0]


class Drawing(Own):
    def forward(self, inputs: Any) -> Any:
        return self.last(self.first(inputs)) * python_random.Random(1).random()


class Changing(Own):
    """Writes into the row that it is given, which the next epoch meets again."""

    def forward(self, inputs: Any) -> Any:
        out = self.last(self.first(inputs))
        inputs[0] = 0.25
        return out


class Catching(Own):
    """Decides by a value, and hides what stops it."""

    def forward(self, inputs: Any) -> Any:
        hidden = self.first(inputs)
        try:
            on = hidden[0].data > 0
        except Exception:
            on = False
        return self.last(hidden) * (2.0 if on else 1.0)


class Looking(Own):
    def forward(self, inputs: Any) -> Any:
        out = self.last(self.first(inputs))
        return out * (1.0 if self.training else 2.0 if out.data > 0 else 3.0)


class ByGradient(Own):
    def forward(self, inputs: Any) -> Any:
        return self.last(self.first(inputs)) + self.scale * self.scale.grad


class Answering(Own):
    def __getattr__(self, name: str) -> Any:
        return self.__dict__.setdefault("fetched", 0.5) if name == "missing" else object

    def forward(self, inputs: Any) -> Any:
        return self.last(self.first(inputs)) * self.missing


class Wrapped(Own):
    def forward(self, inputs: Any) -> Any:
        return self.last(self.first(inputs)) * next(self.numbers)


def counted() -> nn.Module:
    model = Wrapped()
    model.numbers = iter([1.0 + k / 100 for k in range(1000)])  # type: ignore[assignment]
    return model


@pytest.mark.parametrize("kind", [Plain, Functional])
def test_models_that_only_compute_are_compiled(kind: Any) -> None:
    same_both_ways(kind, engine_used="compiled")
    same_both_ways(kind, lambda model: {"optimizer": Adam(model)}, engine_used="compiled")


@pytest.mark.parametrize(
    "make",
    [
        *(Counting, Remembering, Sneaking, Global, Drawing, Catching, ByGradient),
        *(Answering, counted),
    ],
)
def test_models_that_do_more_train_eagerly(make: Any) -> None:
    same_both_ways(make, engine_used="eager")


def test_a_model_that_changes_its_rows_trains_eagerly() -> None:
    model = Changing()
    optimizer = SGD(model)
    rows = [(list(inputs), target) for inputs, target in ROWS]
    assert compiled_stepper(model, mse_loss, optimizer, rows) is None


def test_a_model_that_writes_into_its_class_trains_eagerly() -> None:
    assert train(ByClass(), ROWS, epochs=1).engine == "eager"


def test_a_model_that_decides_by_a_value_in_testing_only() -> None:
    same_both_ways(Looking, lambda model: {"validation": 0.5}, engine_used="compiled")


@pytest.mark.parametrize(
    "change",
    [
        lambda model: setattr(model, "share", 0.9),
        lambda model: model.options.update(slope=0.9),
        lambda model: setattr(type(model), "kind", 0.75),
        lambda model: globals().update(SCALE=0.25),
        lambda model: setattr(model, "scale", Tensor(0.3)),
        lambda model: setattr(model.last.neurons[0], "bias", None),
        lambda model: setattr(type(model), "half", property(lambda self: 0.125)),
        lambda model: setattr(type(model), "blend", lambda self, values: values),
        lambda model: setattr(model, "forward", lambda inputs: model.last(model.first(inputs))),
        lambda model: setattr(model, "seen", [model.first]),
    ],
)
def test_what_a_traced_model_depended_on_is_watched(change: Any) -> None:
    before = dict(vars(Plain)), SCALE

    def options(model: Any) -> dict[str, Any]:
        globals()["SCALE"] = before[1]
        for name in ("kind", "half", "blend"):
            if name in vars(Plain):
                delattr(Plain, name)

        def on_epoch(epoch: int, *_: object) -> None:
            if epoch == 3:
                change(model)

        return {"on_epoch": on_epoch}

    try:
        same_both_ways(Plain, options, engine_used="compiled")
    finally:
        options(None)


def test_an_attribute_that_is_annealed() -> None:
    def options(model: Any) -> dict[str, Any]:
        def on_epoch(epoch: int, *_: object) -> None:
            model.share = 1.0 / (epoch + 1)

        return {"on_epoch": on_epoch}

    same_both_ways(Plain, options)


# ---------------------------------------------------------------- losses of one's own


def weighted(prediction: Any, target: Any) -> Any:
    return mse_loss(prediction, target) * SCALE + abs(prediction) * 0.01


def with_default(prediction: Any, target: Any, rates: Any = (0.5, 0.1)) -> Any:
    return sum((mse_loss(prediction, target) * rate for rate in rates), 0.0)


def with_list(prediction: Any, target: Any, rates: Any = RATES) -> Any:
    return mse_loss(prediction, target) * rates[0]


class Loss(nn.Module):
    margin = 0.5

    def forward(self, prediction: Any, target: Any) -> Any:
        return maximum(mse_loss(prediction, target), self.margin)


@pytest.mark.parametrize("loss", [weighted, with_default, LOSSES["mse"], Loss(), Loss().forward])
def test_losses_that_only_compute_are_compiled(loss: Any) -> None:
    same_both_ways(network, lambda model: {"loss": loss}, engine_used="compiled")


def test_losses_that_may_change_train_eagerly() -> None:
    same_both_ways(network, lambda model: {"loss": with_list}, engine_used="eager")

    def regularised(model: nn.Module) -> dict[str, Any]:
        def loss(prediction: Any, target: Any) -> Any:
            return mse_loss(prediction, target) + sum(p * p for p in model.parameters()) * 0.01

        return {"loss": loss}

    same_both_ways(network, regularised, engine_used="eager")

    def counting(model: nn.Module) -> dict[str, Any]:
        calls = 0

        def loss(prediction: Any, target: Any) -> Any:
            nonlocal calls
            calls += 1
            return mse_loss(prediction, target) * (2.0 if calls > 9 else 1.0)

        return {"loss": loss}

    same_both_ways(network, counting, engine_used="eager")


def test_what_is_asked_to_be_compiled_and_cannot_be_says_so() -> None:
    with pytest.raises(ValueError, match="cannot be compiled"):
        train(Counting(), ROWS, engine="compiled")
