"""Update rules, by hand and against PyTorch's."""

import math
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import nn
from engine.checkpoint import load_checkpoint, save
from engine.optim import OPTIMIZERS, SGD, Adam, MiniOptimizer, Momentum, Optimizer
from engine.tensor import Tensor
from engine.training import train


def parameter(data: float, grad: float) -> Tensor:
    tensor = Tensor(data)
    tensor.grad = grad
    return tensor


def test_plain_sgd_goes_against_the_gradient() -> None:
    p = parameter(1.0, 0.5)
    SGD([p], lr=0.1).step()
    assert p.data == 1.0 - 0.1 * 0.5


def test_momentum_and_weight_decay_by_hand() -> None:
    p = parameter(1.0, 0.5)
    optimizer = SGD([p], lr=0.1, momentum=0.9, l2=0.01)
    optimizer.step()
    first = 0.5 + 0.01 * 1.0
    assert p.data == 1.0 - 0.1 * first
    before = p.data
    optimizer.step()
    assert optimizer.state["velocity"] == [0.9 * first + (0.5 + 0.01 * before)]
    assert p.data == before - 0.1 * optimizer.state["velocity"][0]
    assert optimizer.steps == 2


def test_the_first_step_of_adam_is_lr_in_size() -> None:
    for gradient in (1e-3, 5.0, -1e6):
        p = parameter(0.0, gradient)
        Adam([p], lr=0.01).step()
        assert abs(p.data) == pytest.approx(0.01, rel=1e-4)
        assert (p.data < 0) == (gradient > 0)


def test_adam_by_hand() -> None:
    p = parameter(0.3, 2.0)
    optimizer = Adam([p], lr=0.1, beta1=0.8, beta2=0.9, epsilon=1e-6)
    m = v = 0.0
    w = 0.3
    for t in (1, 2, 3):
        p.grad = g = 2.0 / t
        optimizer.step()
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g * g
        w -= 0.1 * (m / (1 - 0.8**t)) / (sqrt(v / (1 - 0.9**t)) + 1e-6)
        assert p.data == pytest.approx(w, rel=1e-13)


def test_adam_does_not_raise_where_pytorch_gives_nan() -> None:
    p = parameter(1.0, 0.0)
    Adam([p], epsilon=0.0).step()
    assert p.data != p.data


def test_mini_optimizer_takes_a_model_or_a_list_of_models() -> None:
    one, two = nn.Linear(2, 1), nn.Linear(1, 1)
    shared = MiniOptimizer([one, two, one], lr=0.5)
    assert len(shared.parameters) == 5
    two(one([1.0, 2.0])).backward()
    before = [p.data for p in shared.parameters]
    gradients = [p.grad for p in shared.parameters]
    shared.step()
    moved = [b - 0.5 * g for b, g in zip(before, gradients, strict=True)]
    assert [p.data for p in shared.parameters] == moved
    shared.zero_grad()
    assert {p.grad for p in shared.parameters} == {0.0}
    assert MiniOptimizer(one).lr == 0.0001


def test_wrong_parameters_and_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="no parameters"):
        SGD(nn.Relu())
    with pytest.raises(TypeError, match="modules or tensors"):
        SGD([1.0])
    p = Tensor(1.0)
    for wrong in (
        lambda: SGD([p], lr=-1),
        lambda: SGD([p], lr=float("nan")),
        lambda: SGD([p], momentum=1),
        lambda: Adam([p], beta1=1.0),
        lambda: Adam([p], l2=-0.1),
    ):
        with pytest.raises(ValueError, match="must be at least 0"):
            wrong()
    with pytest.raises(TypeError, match="lr is a number"):
        SGD([p], lr="fast")


@pytest.mark.parametrize("kind", [SGD, Momentum, Adam, MiniOptimizer])
def test_saved_state_continues_exactly(kind: type) -> None:
    def run(steps: int, stop: int | None) -> list[float]:
        random = Random(2)
        tensors = [Tensor(random.random()) for _ in range(4)]
        optimizer = kind(tensors, lr=0.1)
        for step in range(steps):
            if step == stop:
                saved = optimizer.state_dict()
                optimizer = kind(tensors, lr=0.7)
                optimizer.load_state_dict(saved)
            for tensor in tensors:
                tensor.grad = random.gauss(0, 1)
            optimizer.step()
        return [tensor.data for tensor in tensors]

    assert run(9, 4) == run(9, None)


def test_state_of_another_optimizer_is_refused() -> None:
    saved = Adam([Tensor(1.0)]).state_dict()
    with pytest.raises(ValueError, match="adam"):
        SGD([Tensor(1.0)]).load_state_dict(saved)
    with pytest.raises(ValueError, match="1 numbers for 2 parameters"):
        Adam([Tensor(1.0), Tensor(1.0)]).load_state_dict(saved)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ours", "theirs", "settings"),
    [
        (SGD, "SGD", {"lr": 0.1}),
        (SGD, "SGD", {"lr": 0.1, "l2": 0.02}),
        (SGD, "SGD", {"lr": 0.05, "momentum": 0.9}),
        (SGD, "SGD", {"lr": 0.05, "momentum": 0.5, "l2": 0.1}),
        (Adam, "Adam", {"lr": 0.01}),
        (Adam, "Adam", {"lr": 0.1, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3, "l2": 0.1}),
        (Adam, "Adam", {"lr": 0.1, "beta1": 0.1, "beta2": 0.9, "epsilon": 1e-8}),
        (Adam, "Adam", {"lr": 0.1, "beta1": 0.0, "beta2": 0.5, "epsilon": 1e-8}),
    ],
)
def test_a_hundred_steps_as_pytorch(ours: type, theirs: str, settings: dict) -> None:
    torch = pytest.importorskip("torch")
    random = Random(3)
    start = [random.gauss(0, 1) for _ in range(6)]
    tensors = [Tensor(value) for value in start]
    optimizer = ours(tensors, **settings)
    peer = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    options = dict(settings)
    if "l2" in options:
        options["weight_decay"] = options.pop("l2")
    if "beta1" in options:
        options["betas"] = (options.pop("beta1"), options.pop("beta2"))
        options["eps"] = options.pop("epsilon")
    other = getattr(torch.optim, theirs)([peer], **options)
    for _ in range(100):
        gradients = [random.gauss(0, 1) * random.choice([1e-6, 1, 1e3]) for _ in start]
        for tensor, gradient in zip(tensors, gradients, strict=True):
            tensor.grad = gradient
        peer.grad = torch.tensor(gradients, dtype=torch.float64)
        optimizer.step()
        other.step()
        assert [t.data for t in tensors] == pytest.approx(peer.tolist(), rel=1e-11, abs=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("beta1", [0.0, 0.1, 0.49, 0.5, 0.51, 0.9])
def test_the_running_mean_of_adam_is_pytorchs_at_the_edges_too(beta1: float) -> None:
    torch = pytest.importorskip("torch")
    edges = [0.1, 1e16, -1e16, 1e308, -1e308, math.inf, -math.inf, math.nan, 5e-324, 0.0]
    for first in edges:
        for second in edges:
            tensor = parameter(0.5, first)
            peer = torch.nn.Parameter(torch.tensor(0.5, dtype=torch.float64))
            optimizer = Adam([tensor], beta1=beta1)
            other = torch.optim.Adam([peer], lr=0.01, betas=(beta1, 0.999))
            for gradient in (first, second):
                tensor.grad = gradient
                peer.grad = torch.tensor(gradient, dtype=torch.float64)
                optimizer.step()
                other.step()
            mean = other.state[peer]["exp_avg"].item()
            # To rounding: where the processor can, PyTorch multiplies and adds in one.
            assert optimizer.state["mean"] == [pytest.approx(mean, rel=4e-16, nan_ok=True)]
            assert (tensor.data == tensor.data) is (peer.item() == peer.item())


@pytest.mark.parametrize(
    ("beta1", "mean"), [(0.0, math.nan), (0.5, math.nan), (0.51, math.inf), (0.9, math.inf)]
)
def test_the_running_mean_is_reckoned_from_the_nearer_side(beta1: float, mean: float) -> None:
    p = parameter(0.5, math.inf)
    optimizer = Adam([p], beta1=beta1)
    optimizer.step()
    assert optimizer.state["mean"] == [pytest.approx(mean, nan_ok=True)]


class SignDescent(Optimizer):
    """All that a new optimizer needs: a class with `step`, and an entry in the table."""

    name = "sign"
    slots = ("last",)
    setting_names = ("lr",)

    def __init__(self, parameters: Any, lr: float = 0.01) -> None:
        super().__init__(parameters)
        self.lr = lr

    def step(self) -> None:
        self.steps += 1
        for i, parameter in enumerate(self.parameters):
            self.state["last"][i] = sign = math.copysign(1.0, parameter.grad)
            parameter.data = parameter.data - self.lr * sign


def test_a_new_optimizer_needs_no_other_place(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(OPTIMIZERS, "sign", SignDescent)
    rows = [([0.5, -1.0], 1.0), ([1.0, 0.25], -1.0)]
    losses = []
    for engine in ("auto", "eager"):
        net = nn.mlp(2, [4], 1, random=Random(1))
        result = train(net, rows, optimizer="sign", epochs=5, engine=engine)
        assert result.engine == "eager"  # compiled training does not know it
        losses.append(result.losses)
    assert losses[0] == losses[1]
    assert losses[0][4] < losses[0][0]
    with pytest.raises(ValueError, match="cannot be compiled"):
        train(net, rows, optimizer="sign", epochs=1, engine="compiled")
    optimizer = SignDescent(net, 0.5)
    optimizer.step()
    save(net, tmp_path / "net.json", optimizer)
    loaded = load_checkpoint(tmp_path / "net.json").optimizer
    assert type(loaded) is SignDescent
    assert loaded.state_dict() == optimizer.state_dict()
