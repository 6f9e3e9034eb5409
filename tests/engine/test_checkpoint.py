"""Checkpoints: exact, whole, checked."""

import contextlib
import json
import math
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import pytest

from engine import checkpoint, nn
from engine.checkpoint import load, load_checkpoint, save
from engine.fused import Leaves
from engine.optim import SGD, Adam, MiniOptimizer, Momentum
from engine.reading import CheckpointError
from engine.tensor import Tensor


def everything() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(3, 4),
        nn.Relu(),
        nn.Linear(4, 4, bias=False),
        nn.LeakyRelu(0.2),
        nn.Dropout(0.25),
        nn.Sigmoid(),
        nn.Linear(4, 3),
        nn.Tanh(),
        nn.Softmax(),
    )


def numbers(model: nn.Module) -> list[float]:
    return [parameter.data for parameter in model.parameters()]


def test_every_layer_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    net = everything()
    for parameter, value in zip(
        net.parameters(), [0.1, 1e-320, -0.0, 1e308, math.pi, math.inf, -math.inf], strict=False
    ):
        parameter.data = value
    save(net, tmp_path / "net.json")
    loaded = load(tmp_path / "net.json")
    assert repr(loaded) == repr(net)
    assert [value.hex() for value in numbers(loaded)] == [value.hex() for value in numbers(net)]
    net.parameters()[0].data = math.nan
    save(net, tmp_path / "net.json")
    assert math.isnan(numbers(load(tmp_path / "net.json"))[0])


def test_neurons_and_layers_used_twice(tmp_path: Path) -> None:
    shared = nn.Linear(2, 2)
    net = nn.Sequential(shared, nn.Tanh(), shared, nn.Neuron(2), nn.Neuron(1, False, False))
    save(net, tmp_path / "net.json")
    loaded = load(tmp_path / "net.json")
    assert loaded[0] is loaded[2]
    assert repr(loaded) == repr(net)
    assert numbers(loaded) == numbers(net)
    assert loaded([1.0, 2.0]).data == net([1.0, 2.0]).data


@pytest.mark.parametrize("kind", [SGD, Momentum, Adam, MiniOptimizer])
def test_training_goes_on_exactly_where_it_was_saved(tmp_path: Path, kind: type) -> None:
    def steps(net: nn.Module, optimizer, random: Random, count: int) -> None:
        for _ in range(count):
            optimizer.zero_grad()
            (net([random.random(), random.random()]) - 1.0).backward()
            optimizer.step()

    net = nn.mlp(2, [3], 1, random=Random(1))
    optimizer = kind(net, lr=0.03)
    steps(net, optimizer, Random(2), 3)
    save(net, tmp_path / "net.json", optimizer)
    found = load_checkpoint(tmp_path / "net.json")
    assert type(found.optimizer) is kind
    assert found.optimizer.state_dict() == optimizer.state_dict()
    steps(net, optimizer, Random(3), 3)
    steps(found.model, found.optimizer, Random(3), 3)
    assert numbers(found.model) == numbers(net)


class Model(nn.Module):
    def __init__(self, width: int = 2) -> None:
        self.l1 = nn.Linear(width, 2)
        self.gain = Tensor(3)


def test_models_of_ones_own_are_loaded_into_their_like(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model = Model()
    save(model, path, Adam(model))
    other = Model()
    found = load_checkpoint(path, into=other)
    assert found.model is other
    assert numbers(other) == numbers(model)
    assert found.optimizer.parameters == other.parameters()
    with pytest.raises(CheckpointError, match="weights of a Model"):
        load(path)
    before = numbers(larger := Model(3))
    with pytest.raises(CheckpointError, match=r"file has no parameter 'l1.neurons.0.weight.2'"):
        load(path, into=larger)
    assert numbers(larger) == before
    net = nn.mlp(2, [2], 1)
    save(net, path)
    twin = nn.mlp(2, [2], 1)
    load(path, into=twin)
    assert numbers(twin) == numbers(net)


class Own(SGD):
    """Somebody's own rule under the name that it inherits."""

    def step(self) -> None:
        for parameter in self.parameters:
            parameter.data -= 1.0


def test_networks_with_layers_of_ones_own_are_loaded_into_their_like(tmp_path: Path) -> None:
    class Doubling(nn.Sequential):
        def forward(self, inputs):
            return super().forward([2.0 * value for value in inputs])

    class Wide(nn.Linear):
        def forward(self, inputs):
            return super().forward([inputs[0], inputs[0]])

    path = tmp_path / "net.json"
    for make in (
        lambda seed: Doubling(nn.Linear(2, 1, random=Random(seed))),
        lambda seed: nn.Sequential(Doubling(nn.Linear(2, 1, random=Random(seed)))),
        lambda seed: nn.Sequential(Wide(2, 1, random=Random(seed)), nn.Tanh()),
        lambda seed: nn.Sequential(Model()),
    ):
        net, other = make(1), make(2)
        save(net, path, SGD(net, 0.5))
        with pytest.raises(CheckpointError, match="say which model to load them into"):
            load(path)
        found = load_checkpoint(path, into=other)
        assert found.model is other
        assert type(other) is type(net)
        assert numbers(other) == numbers(net)
        if len(net.parameters()) < 7:
            assert other([3.0, 4.0]).data == net([3.0, 4.0]).data


def test_a_layer_in_which_some_neurons_have_a_bias(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Relu(), nn.Linear(3, 2, bias=False))
    net[0].neurons[0].bias = None
    net[2].neurons[1].bias = Tensor(0.25)
    save(net, tmp_path / "net.json", Adam(net))
    assert json.loads((tmp_path / "net.json").read_text())["version"] == 2
    loaded = load(tmp_path / "net.json")
    for ours, theirs in ((net[0], loaded[0]), (net[2], loaded[2])):
        have = [neuron.bias is not None for neuron in ours.neurons]
        assert [neuron.bias is not None for neuron in theirs.neurons] == have
    assert numbers(loaded) == numbers(net)
    assert repr(loaded) == repr(net)
    assert [t.data for t in loaded([1.0, 2.0])] == [t.data for t in net([1.0, 2.0])]


def tied() -> nn.Sequential:
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2), nn.Neuron(2, False))
    first, second = net[0].neurons, net[2].neurons
    second[0].weight = first[0].weight  # all of a neuron's
    second[1].weight = Leaves([second[1].weight[0], first[1].weight[0]])
    second[1].bias = first[0].weight[1]  # a bias that is a weight too
    net[3].bias = first[1].bias
    return net


def test_one_tensor_in_several_places_stays_one(tmp_path: Path) -> None:
    net = tied()
    optimizer = Adam(net)
    save(net, tmp_path / "net.json", optimizer)
    found = load_checkpoint(tmp_path / "net.json")
    loaded, saved = found.model, numbers(net)
    assert len(numbers(loaded)) == len(numbers(net)) == 10
    assert loaded[2].neurons[0].weight[1] is loaded[0].neurons[0].weight[1]
    assert loaded[2].neurons[1].bias is loaded[0].neurons[0].weight[1]
    assert loaded[3].bias is loaded[0].neurons[1].bias
    for model, moved in ((net, optimizer), (loaded, found.optimizer)):
        model([0.5, -1.0]).backward()
        moved.step()
    assert numbers(loaded) == numbers(net) != saved
    other = tied()
    load(tmp_path / "net.json", into=other)
    assert numbers(other) == saved
    plain = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2), nn.Neuron(2))
    with pytest.raises(CheckpointError, match="the file has no parameter"):
        load(tmp_path / "net.json", into=plain)


@pytest.mark.parametrize(
    ("ties", "message"),
    [
        ([], "model.ties should be an object"),
        ({"0.neurons.0.bias": 1}, "model.ties.0.neurons.0.bias should be a text"),
        ({"9.bias": "3.bias"}, "there is no parameter '9.bias'"),
        ({"3.bias": "3.weight.7"}, "there is no parameter '3.weight.7'"),
    ],
)
def test_wrong_ties_are_told(tmp_path: Path, ties: object, message: str) -> None:
    save(tied(), tmp_path / "net.json")
    content = json.loads((tmp_path / "net.json").read_text())
    content["model"]["ties"] = ties
    (tmp_path / "net.json").write_text(json.dumps(content))
    with pytest.raises(CheckpointError, match=message):
        load(tmp_path / "net.json")


def test_files_that_need_nothing_new_stay_as_they_were(tmp_path: Path) -> None:
    save(everything(), tmp_path / "net.json")
    content = json.loads((tmp_path / "net.json").read_text())
    assert content["version"] == 1
    assert list(content["model"]) == ["layers"]


def test_what_cannot_be_saved_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    net = nn.Linear(1, 1)
    with pytest.raises(ValueError, match="kind Own cannot be saved: save the model alone"):
        save(net, path, Own(net))
    with pytest.raises(ValueError, match="does not belong"):
        save(nn.Linear(1, 1), path, SGD(nn.Linear(1, 1)))
    assert os.listdir(tmp_path) == []


def test_a_failing_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "net.json"
    save(nn.Linear(1, 1).train() and nn.Sequential(nn.Linear(1, 1)), path)
    old = path.read_bytes()

    def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(checkpoint.os, "fsync", fails)
    with pytest.raises(OSError, match="disk full"):
        save(nn.Sequential(nn.Linear(2, 2)), path)
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["net.json"]


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "net.json", tmp_path / "link.json"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    save(nn.Sequential(nn.Linear(1, 1)), link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert json.loads(path.read_text())["format"] == "minitorch checkpoint"


def change(content: dict, path: str, value: object) -> None:
    """Set the entry at `path`; "a.0.b" goes through objects and lists alike."""
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in way:
        content = content[key]
    if value is change:
        del content[last]
    else:
        content[last] = value


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("format", "other", "no minitorch checkpoint"),
        ("format", change, "the file lacks 'format'"),
        ("version", 3, "version 3; this program reads up to 2"),
        ("version", "1", "version should be a whole number of at least 1, not '1'"),
        ("model", change, "lacks 'model'"),
        ("model", [], r"model should be an object, not \[\]"),
        ("model.layers", 3, "model.layers should be a list, not 3"),
        ("model.layers.0.type", "conv", r"model.layers\[0\].type: there is no layer 'conv'"),
        ("model.layers.0.type", change, r"model.layers\[0\] lacks 'type'"),
        ("model.layers.0.inputs", 4, r"layers\[0\].weights\[0\] has 3 entries, 4 are needed"),
        ("model.layers.0.inputs", 10**12, "are needed"),
        ("model.layers.0.outputs", -1, "whole number of at least 1"),
        ("model.layers.0.outputs", True, "not True"),
        ("model.layers.0.weights.1.2", "x", r"layers\[0\].weights\[1\]\[2\] should be a number"),
        ("model.layers.0.weights.1.2", None, "should be a number, not None"),
        ("model.layers.0.weights.1.2", 10**400, "fits into 64 bits"),
        ("model.layers.0.biases", [1.0], r"layers\[0\].biases has 1 entries, 4 are needed"),
        ("model.layers.2.inputs", 9, "9 are needed"),
        ("model.layers.4.p", 1.5, r"layers\[4\]: dropout's p is a share between 0 and 1, got 1.5"),
        ("model.layers.3", {"type": "same", "as": 3}, "whole number from 0 to 2"),
        (
            "model.layers.2",
            {"type": "linear", "inputs": 1, "outputs": 1, "weights": [[1]], "biases": None},
            r"model.layers: Linear\(3, 4\) gives 4 numbers",
        ),
        ("optimizer", change, "lacks 'optimizer'"),
        ("optimizer.type", "no_such", "optimizer.type: there is no optimizer 'no_such'"),
        ("optimizer.settings.lr", -1, "optimizer.settings: lr must be at least 0"),
        ("optimizer.settings.beta1", change, "optimizer.settings lacks 'beta1'"),
        ("optimizer.state.mean", [0.0], "optimizer.state.mean has 1 entries, 47 are needed"),
        ("optimizer.state.square.0", "?", r"optimizer.state.square\[0\] should be a number"),
        ("optimizer.steps", 1.5, "optimizer.steps should be a whole number"),
    ],
)
def test_a_wrong_file_says_what_and_where(tmp_path: Path, place, value, message) -> None:
    path = tmp_path / "net.json"
    net = everything()
    save(net, path, Adam(net))
    content = json.loads(path.read_text())
    change(content, place, value)
    path.write_text(json.dumps(content))
    with pytest.raises(CheckpointError, match=message):
        load(path)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]", b"3", b'{"format": 1}', b"null"]
)
def test_files_that_are_no_checkpoints(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "net.json"
    path.write_bytes(content)
    with pytest.raises(CheckpointError):
        load(path)


@pytest.mark.slow
def test_damaged_bytes_never_get_through_as_another_error(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    net = nn.mlp(2, [2], 1)
    save(net, path, Adam(net))
    content = path.read_bytes()
    random = Random(8)
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(random.randint(1, 4)):
            place = random.randrange(len(damaged))
            damaged[place : place + random.randint(0, 3)] = random.randbytes(random.randint(0, 2))
        path.write_bytes(damaged)
        with contextlib.suppress(CheckpointError):
            assert all(type(value) is float for value in numbers(load(path)))


KILLED = """
import os, sys
from engine import checkpoint
os.replace = lambda *_: os.kill(os.getpid(), 9)
checkpoint.write_atomically(sys.argv[1], "x" * 100_000)
"""


@pytest.mark.skipif(os.name != "posix", reason="no such signals")
def test_what_a_killed_writer_left_is_swept_up_at_the_next_save(tmp_path: Path) -> None:
    target = tmp_path / "net.json"
    target.write_text("old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert done.returncode == -9
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2, "the test needs something to be swept up"
    mine = tmp_path / f".writing-{os.getpid()}-under_way"
    own = tmp_path / ".writing-about-autograd"  # of the user, for all one knows
    for file in (mine, own):
        file.write_text("kept")
    save(nn.Linear(2, 1), target)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [mine.name, own.name, target.name]
    )


@pytest.mark.skipif(os.name != "posix", reason="no such permissions")
def test_a_file_that_may_not_be_written_is_not_replaced() -> None:
    with tempfile.TemporaryDirectory() as folder:  # which everybody may reach
        os.chmod(folder, 0o777)
        target = Path(folder, "net.json")
        target.write_text("precious")
        target.chmod(0o444)
        root = os.geteuid() == 0
        if root:  # root may write everything
            os.seteuid(65_534)
        try:
            with pytest.raises(PermissionError):
                save(nn.Linear(2, 1), target)
        finally:
            if root:
                os.seteuid(0)
        assert target.read_text() == "precious"
        assert [path.name for path in Path(folder).iterdir()] == ["net.json"]
