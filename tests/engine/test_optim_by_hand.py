"""What an optimizer takes, starts from, saves and refuses, and its formulas step by step."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from told import told

from engine import Tensor, nn
from engine.optim import (
    OPTIMIZERS,
    SGD,
    Adam,
    MiniOptimizer,
    Momentum,
    Optimizer,
    optimizer_named,
    saved_kinds,
)

GRADIENTS = [0.5, -2.0, 0.0, 3.0, 1e-3]


def path_of(optimizer: Optimizer, start: float) -> list[float]:
    """The weight after each step, with the gradients above."""
    [weight] = optimizer.parameters
    weight.data = start
    path = []
    for gradient in GRADIENTS:
        weight.grad = gradient
        optimizer.step()
        path.append(weight.data)
    return path


@pytest.mark.parametrize("l2", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("momentum", [0.0, 0.5])
@pytest.mark.parametrize("lr", [0.0, 0.125])
def test_sgd_is_its_formula(lr: float, momentum: float, l2: float) -> None:
    w, v, expected = 1.0, 0.0, []
    for gradient in GRADIENTS:
        v = momentum * v + (gradient + l2 * w)
        w = w - lr * v
        expected.append(w)
    assert path_of(SGD(Tensor(0.0), lr=lr, momentum=momentum, l2=l2), 1.0) == expected


@pytest.mark.parametrize("l2", [0.0, 0.25, 1.0])
@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.5, 0.25), (0.0, 0.5), (0.5, 0.0)])
def test_adam_is_its_formula(beta1: float, beta2: float, l2: float) -> None:
    w, m, v, expected = 1.0, 0.0, 0.0, []
    for t, gradient in enumerate(GRADIENTS, 1):
        gradient += l2 * w
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
        w -= 0.125 * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + 1e-3)
        expected.append(w)
    adam = Adam(Tensor(0.0), 0.125, beta1, beta2, 1e-3, l2)
    assert path_of(adam, 1.0) == pytest.approx(expected, rel=1e-12)


def test_adam_without_epsilon_meets_no_gradient_as_ieee_says() -> None:
    quiet = Adam(Tensor(1.0), epsilon=0.0)
    quiet.step()
    assert math.isnan(quiet.parameters[0].data)  # 0 / 0
    # With beta2 = 0 the mean of earlier gradients is divided by a root of 0.
    for gradient, moved in [(1.0, -math.inf), (-1.0, math.inf)]:
        weight = Tensor(1.0)
        adam = Adam(weight, lr=0.5, beta1=0.5, beta2=0.0, epsilon=0.0)
        weight.grad = gradient
        adam.step()
        assert weight.data == 1.0 - 0.5 * gradient
        weight.grad = 0.0
        adam.step()
        assert weight.data == moved


@pytest.mark.parametrize("kind", [SGD, Momentum, MiniOptimizer, Adam])
def test_without_decay_an_infinite_weight_stays_what_it_is(kind: type[Optimizer]) -> None:
    assert path_of(kind(Tensor(0.0), lr=0.5), math.inf) == [math.inf] * len(GRADIENTS)


def test_an_optimizer_that_says_nothing_of_itself_has_no_name_settings_or_slots() -> None:
    saved = Optimizer(Tensor(1.0)).state_dict()
    assert saved == {"type": "", "settings": {}, "steps": 0, "state": {}}


def test_first_settings() -> None:
    p = Tensor(1.0)
    assert SGD(p).settings == {"lr": 0.1, "momentum": 0.0, "l2": 0.0}
    assert Momentum(p).settings == {"lr": 0.02, "momentum": 0.9, "l2": 0.0}
    assert Momentum(p, 0.5, 0.25, 0.125).settings == {"lr": 0.5, "momentum": 0.25, "l2": 0.125}
    assert MiniOptimizer(p).settings == {"lr": 0.0001}
    assert (MiniOptimizer(p).momentum, MiniOptimizer(p).l2) == (0.0, 0.0)
    assert Adam(p).settings == {
        "lr": 0.01,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-8,
        "l2": 0.0,
    }


def test_an_optimizer_prints_what_it_does() -> None:
    net = nn.Linear(2, 1)
    assert repr(SGD(net, 0.5)) == "SGD(3 parameters, lr=0.5, momentum=0, l2=0)"
    assert repr(Adam(net)) == (
        "Adam(3 parameters, lr=0.01, beta1=0.9, beta2=0.999, epsilon=1e-08, l2=0)"
    )


def test_parameters_come_from_modules_and_tensors_each_once() -> None:
    one, two, alone = nn.Linear(1, 1), nn.Neuron(2), Tensor(1.0)
    for source, expected in [
        (one, one.parameters()),
        (alone, [alone]),
        ([alone], [alone]),
        ((two, alone, one, two, alone), [*two.parameters(), alone, *one.parameters()]),
        (iter(one.parameters()), one.parameters()),
    ]:
        found = SGD(source).parameters
        assert len(found) == len(expected)
        assert all(a is b for a, b in zip(found, expected, strict=True))


def test_what_cannot_be_optimized_is_told() -> None:
    message = told(TypeError, lambda: SGD([1.0]))  # type: ignore[list-item]
    assert message == "an optimizer takes modules or tensors, not 1.0"
    for nothing in ([], nn.Relu(), [nn.Relu()]):
        message = told(ValueError, lambda nothing=nothing: SGD(nothing))
        assert message == "there are no parameters to optimize"
    with pytest.raises(NotImplementedError):
        Optimizer(Tensor(1.0)).step()


@pytest.mark.parametrize(
    ("make", "name", "limits"),
    [
        (lambda value: SGD(Tensor(1.0), lr=value), "lr", "at least 0"),
        (lambda value: SGD(Tensor(1.0), momentum=value), "momentum", "at least 0 and below 1"),
        (lambda value: SGD(Tensor(1.0), l2=value), "l2", "at least 0"),
        (lambda value: Adam(Tensor(1.0), lr=value), "lr", "at least 0"),
        (lambda value: Adam(Tensor(1.0), beta1=value), "beta1", "at least 0 and below 1"),
        (lambda value: Adam(Tensor(1.0), beta2=value), "beta2", "at least 0 and below 1"),
        (lambda value: Adam(Tensor(1.0), epsilon=value), "epsilon", "at least 0"),
        (lambda value: Adam(Tensor(1.0), l2=value), "l2", "at least 0"),
    ],
)
def test_settings_have_limits(make: Callable[[Any], Optimizer], name: str, limits: str) -> None:
    for right in (0, 0.0, 0.5, 0.75):
        kept = make(right).settings[name]
        assert (kept, type(kept)) == (right, float)
    wrong: list[Any] = [-1, -0.5, math.inf, -math.inf, math.nan]
    if "below" in limits:
        wrong += [1, 1.5]
    else:
        assert make(1).settings[name] == 1.0
        assert make(20).settings[name] == 20.0
    for value in wrong:
        message = told(ValueError, lambda value=value: make(value))
        assert message == f"{name} must be {limits}, got {value:g}"
    for value in (True, "fast", None, Tensor(0.5)):
        message = told(TypeError, lambda value=value: make(value))
        assert message == f"{name} is a number, not {value!r}"


def test_zero_grad_leaves_nothing() -> None:
    parameters = [Tensor(1.0), Tensor(2.0)]
    optimizer = Adam(parameters)
    for parameter in parameters:
        parameter.grad = 3.0
    optimizer.zero_grad()
    assert [parameter.grad for parameter in parameters] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("kind", "slots"),
    [
        (SGD, {"velocity": [0.0, 0.0]}),
        (Momentum, {"velocity": [0.0, 0.0]}),
        (MiniOptimizer, {"velocity": [0.0, 0.0]}),
        (Adam, {"mean": [0.0, 0.0], "square": [0.0, 0.0]}),
    ],
)
def test_what_is_saved(kind: type[Optimizer], slots: dict[str, list[float]]) -> None:
    optimizer = kind([Tensor(1.0), Tensor(2.0)])
    saved = optimizer.state_dict()
    assert saved == {
        "type": kind.name,
        "settings": optimizer.settings,
        "steps": 0,
        "state": slots,
    }
    for parameter in optimizer.parameters:
        parameter.grad = 1.0
    optimizer.step()
    optimizer.step()
    assert saved["state"] == slots  # a copy: later steps do not reach it
    assert (optimizer.steps, optimizer.state_dict()["steps"]) == (2, 2)
    later = optimizer.state_dict()
    twin = kind([Tensor(1.0), Tensor(2.0)], lr=0.75)
    twin.load_state_dict(later)
    assert twin.state_dict() == later
    for parameter in twin.parameters:
        parameter.grad = 1.0
    twin.step()
    assert later == optimizer.state_dict()  # nor do the steps of one who took it over


def test_the_state_of_something_else_is_refused() -> None:
    optimizer = Momentum([Tensor(1.0), Tensor(2.0)])
    right = optimizer.state_dict()
    other = {**right, "type": "adam"}
    message = told(ValueError, lambda: optimizer.load_state_dict(other))
    assert message == "this is the state of adam, not of momentum"
    for wrong in (
        {**right, "state": {}},
        {**right, "state": {**right["state"], "mean": [0.0, 0.0]}},
        {**right, "settings": {"lr": 0.5}},
        {**right, "settings": {**right["settings"], "beta1": 0.5}},
    ):
        message = told(ValueError, lambda wrong=wrong: optimizer.load_state_dict(wrong))
        assert message == "the slots or settings are not those of momentum"
    for count in (1, 3):
        short = {**right, "state": {"velocity": [0.0] * count}}
        message = told(ValueError, lambda short=short: optimizer.load_state_dict(short))
        assert message == f"velocity holds {count} numbers for 2 parameters"
    assert optimizer.state_dict() == right


def test_optimizers_go_by_name() -> None:
    assert {"sgd": SGD, "momentum": Momentum, "adam": Adam} == OPTIMIZERS
    assert {name: optimizer_named(name) for name in OPTIMIZERS} == OPTIMIZERS
    assert saved_kinds() == {**OPTIMIZERS, "mini": MiniOptimizer}
    assert {name: kind.name for name, kind in saved_kinds().items()} == {
        name: name for name in saved_kinds()
    }
    message = told(ValueError, lambda: optimizer_named("rmsprop"))
    assert message == "there is no optimizer 'rmsprop'; choose one of sgd, momentum, adam"
    message = told(ValueError, lambda: optimizer_named("mini"))
    assert message == "there is no optimizer 'mini'; choose one of sgd, momentum, adam"


@pytest.mark.parametrize("beta1", [0.0, 0.125, 0.375, 0.5, 0.625, 0.9])
def test_the_mean_of_adam_is_reckoned_from_the_nearer_side(beta1: float) -> None:
    for earlier, gradient in [(1e16, 0.1), (0.1, 1e16), (-0.3, 0.1), (1.1, -0.7), (1e-9, 0.3)]:
        adam = Adam(Tensor(1.0), beta1=beta1)
        adam.state["mean"] = [earlier]
        adam.parameters[0].grad = gradient
        adam.step()
        if beta1 <= 0.5:
            expected = gradient - (gradient - earlier) * (1.0 - (1.0 - beta1))
        else:
            expected = earlier + (1.0 - beta1) * (gradient - earlier)
        assert adam.state["mean"] == [expected]
    # Without memory it is the gradient, to the last bit.
    adam = Adam(Tensor(1.0), beta1=0.0)
    adam.state["mean"], adam.parameters[0].grad = [1e16], 0.1
    adam.step()
    assert adam.state["mean"] == [0.1]


def test_a_setting_given_under_both_names_is_refused_by_both_names() -> None:
    w = Tensor(1.0)
    for twice, ours, theirs in [
        (lambda: SGD(w, l2=0.1, weight_decay=0.1), "l2", "weight_decay"),
        (lambda: Momentum(w, l2=0.1, weight_decay=0.0), "l2", "weight_decay"),
        (lambda: Adam(w, l2=0.1, weight_decay=0.2), "l2", "weight_decay"),
        (lambda: Adam(w, epsilon=1e-6, eps=1e-6), "epsilon", "eps"),
        (lambda: Adam(w, beta1=0.8, betas=(0.8, 0.9)), "beta1", "betas"),
        (lambda: Adam(w, beta2=0.9, betas=(0.8, 0.9)), "beta2", "betas"),
    ]:
        assert told(TypeError, twice) == f"{ours} and {theirs} are one setting: give one of them"
    # The first setting of ours beside one of theirs is as if it were not given.
    assert Adam(w, beta1=0.9, beta2=0.999, betas=(0.5, 0.25)).settings["beta1"] == 0.5
    assert Adam(w, epsilon=1e-8, eps=0.0).settings["epsilon"] == 0.0
    for wrong in (1, 0.5, (), (0.5,), (0.5, 0.5, 0.5)):
        message = told(TypeError, lambda wrong=wrong: Adam(w, betas=wrong))
        assert message == f"betas are two numbers, (beta1, beta2), not {wrong!r}"
    assert Adam(w, betas=[0.5, 0.25]).settings["beta2"] == 0.25


def test_what_was_computed_is_no_parameter_and_the_message_says_how_it_came() -> None:
    x = Tensor(2.0)
    for made, how in [
        (x * 3.0, "computed (*)"),
        (-x, "computed (neg)"),
        (Tensor(1.0, (x,), "mine"), "computed (mine)"),
        (x.detach(), "a constant"),
    ]:
        message = told(ValueError, lambda made=made: SGD([x, made]))
        assert message == f"an optimizer moves leaves, and {made!r} is {how}"
