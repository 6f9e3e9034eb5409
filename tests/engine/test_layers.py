"""A layer is one class and one entry in `nn.LAYERS`; everything else follows from these."""

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from test_compile import Case, train_both_ways

from engine import Tensor, nn, rules
from engine.checkpoint import load, save
from engine.functions import relu
from engine.gradient_check import gradcheck
from engine.losses import LOSSES
from engine.optim import SGD
from engine.tensor import unary

WIDTH = 3
NEEDED: dict[str, tuple[Any, ...]] = {"linear": (WIDTH, 2), "neuron": (WIDTH,)}
OTHERS: dict[str, dict[str, Any]] = {
    "linear": {"bias": False},
    "neuron": {"nonlin": False},
    "leaky_relu": {"slope": 0.3},
    "dropout": {"p": 0.25},
}
ROW = [0.7, -1.3, 0.2]


def layers_of(name: str) -> list[nn.Layer]:
    """One as it comes, and one with other settings where there are any."""
    build: Callable[..., nn.Layer] = nn.LAYERS[name]
    settings = [{}, OTHERS[name]] if name in OTHERS else [{}]
    return [build(*NEEDED.get(name, ()), **chosen) for chosen in settings]


def network(layer: nn.Layer) -> nn.Sequential:
    outputs = {"linear": 2, "neuron": 1}.get(layer.name, WIDTH)
    rng = random.Random(1)
    return nn.Sequential(
        nn.Linear(WIDTH, WIDTH, random=rng), layer, nn.Linear(outputs, 1, random=rng)
    )


def numbers(output: Any) -> list[str]:
    tensors = output if isinstance(output, list) else [output]
    return [getattr(tensor, "data", tensor).hex() for tensor in tensors]


def test_all_layers_are_in_the_table_under_their_names() -> None:
    abstract = (nn.Layer, nn.Activation, nn.Sequential)
    kinds = [kind for kind in vars(nn).values() if isinstance(kind, type)]
    found = [kind for kind in kinds if issubclass(kind, nn.Layer) and kind not in abstract]
    assert {kind.name: kind for kind in found} == nn.LAYERS
    assert [kind.name for kind in nn.LAYERS.values()] == list(nn.LAYERS)
    for kind in nn.LAYERS.values():
        if issubclass(kind, nn.Activation):
            assert kind.rule.name == kind.name
            assert rules.UNARY.get(kind.name, rules.BINARY.get(kind.name)) is kind.rule


@pytest.mark.parametrize("name", nn.LAYERS)
def test_every_layer_runs_prints_copies_and_comes_back_from_a_file(
    name: str, tmp_path: Path
) -> None:
    for layer in layers_of(name):
        expected = numbers(layer.eval()(ROW))
        assert numbers(copy.deepcopy(layer)(ROW)) == expected
        assert repr(eval(repr(layer), dict(vars(nn)))) == repr(layer)
        for setting in layer.settings:
            assert getattr(copy.deepcopy(layer), setting) == getattr(layer, setting)
        save(nn.Sequential(layer), tmp_path / "net.json")
        [loaded] = load(tmp_path / "net.json").eval()
        assert type(loaded) is type(layer)
        assert repr(loaded) == repr(layer)
        assert numbers(loaded(ROW)) == expected
        assert layer.torch.format(**{key: getattr(layer, key) for key in layer.settings}) or (
            layer.parameters()
        )


@pytest.mark.parametrize("name", nn.LAYERS)
def test_an_activation_is_its_rule(name: str) -> None:
    for layer in layers_of(name):
        if not isinstance(layer, nn.Activation):
            continue
        settings = [getattr(layer, setting) for setting in layer.settings]
        for x in (0.7, -1.3, 0.0, 30.0):
            assert layer(x).data == layer.rule.value(x, *settings)
            assert layer(Tensor(x)).data == layer.rule.value(x, *settings)


@pytest.mark.parametrize("name", nn.LAYERS)
def test_every_layer_trains_to_the_same_bits_compiled_and_eager(name: str) -> None:
    for layer in layers_of(name):
        if isinstance(layer, nn.Dropout):
            layer.random = random.Random(4)
        model = network(layer)
        rng = random.Random(2)
        batches = [
            [([rng.gauss(0, 1) for _ in range(WIDTH)], rng.gauss(0, 1)) for _ in range(7)]
            for _ in range(4)
        ]
        train_both_ways(Case(model, LOSSES["mse"], SGD(model, 0.1), batches))


SOFT_SIGN = rules.Unary(
    "soft_sign", lambda x: x / (1.0 + abs(x)), lambda x, y: 1.0 / (1.0 + abs(x)) ** 2
)


class SoftSign(nn.Activation):
    """All that a new activation needs: a row, a function, a class, an entry."""

    name = "soft_sign"
    rule = SOFT_SIGN
    torch = "Softsign()"

    def apply(self, value: Any) -> Tensor:
        return unary(SOFT_SIGN)(value if isinstance(value, Tensor) else Tensor(value))


class Shifted(nn.Activation):
    """One with a flag among its settings."""

    name = "shifted"
    settings: ClassVar[tuple[str, ...]] = ("by", "up")

    def __init__(self, by: float = 1.0, up: bool = True) -> None:
        self.by, self.up = by, up

    def apply(self, value: Any) -> Tensor:
        return relu(value) + (self.by if self.up else -self.by)

    def __repr__(self) -> str:
        return f"Shifted({self.by}, {self.up})"


def test_a_new_layer_needs_no_other_place(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(rules.UNARY, "soft_sign", SOFT_SIGN)
    monkeypatch.setitem(nn.LAYERS, "soft_sign", SoftSign)
    monkeypatch.setitem(nn.LAYERS, "shifted", Shifted)
    for layer in (SoftSign(), Shifted(0.5, False)):
        model = network(layer)
        save(model, tmp_path / "net.json")
        loaded = load(tmp_path / "net.json")
        assert repr(loaded) == repr(model)
        assert numbers(loaded(ROW)) == numbers(model(ROW))
        assert gradcheck(model(ROW))
        rng = random.Random(3)
        batches = [
            [([rng.gauss(0, 2) for _ in range(WIDTH)], rng.gauss(0, 1)) for _ in range(6)]
            for _ in range(5)
        ]
        train_both_ways(Case(model, LOSSES["mse"], SGD(model, 0.1), batches))
