"""What people who know PyTorch or micrograd write: it does what they expect, or says why not."""

import copy
import math
import pickle
import threading
import warnings
from random import Random
from typing import Any

import pytest

import engine
from engine import SGD, Adam, MiniOptimizer, Tensor, mse_loss, nn, no_grad, train
from engine.functions import clamp, dot, exp
from engine.graph import topological_order, unfold
from engine.module import Module
from engine.optim import Momentum

ROWS = [([0.5, -1.0], 1.0), ([1.0, 0.25], -1.0)]


def network() -> nn.Sequential:
    return nn.mlp(2, [3], 1, random=Random(1), bias=0.3)


def numbers(model: Module) -> list[float]:
    return [parameter.data for parameter in model.parameters()]


# ---------------------------------------------------------------- operators in place


def descend(net: Module, rate: Any) -> None:
    for p in net.parameters():
        p -= rate * p.grad


@pytest.mark.parametrize("rate", [0.1, Tensor(0.1)])
def test_updating_parameters_in_place_is_refused_where_it_would_do_nothing(rate: Any) -> None:
    net = network()
    mse_loss(net([1.0, 2.0]), 1.0).backward()
    before = numbers(net)
    with pytest.raises(RuntimeError, match=r"p\.data -= .*with no_grad\(\)"):
        descend(net, rate)
    assert numbers(net) == before
    with no_grad():
        descend(net, rate)
    assert numbers(net) != before


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "%", "**"])
def test_every_operator_in_place_says_what_to_write(sign: str) -> None:
    class Model(Module):
        def __init__(self) -> None:
            self.w = Tensor(2.0)

    model = Model()
    w = model.w
    with pytest.raises(RuntimeError, match=f"`x = x {'[*][*]' if sign == '**' else f'[{sign}]'} "):
        exec(f"model.w {sign}= 3", {"model": model})
    assert model.parameters() == [w]
    with no_grad():
        exec(f"model.w {sign}= 3", {"model": model})
    assert model.w is w
    assert w.data == eval(f"2.0 {sign} 3")
    exec(f"w.data {sign}= 3", {"w": w})
    assert w.data == eval(f"(2.0 {sign} 3) {sign} 3")
    y = w * 1.0
    z = y
    exec(f"z {sign}= 3", names := {"z": z})
    assert names["z"] is not y  # what was computed is bound anew, as in micrograd
    names["z"].backward()
    assert w.grad != 0.0


def test_a_sum_can_be_built_up_from_a_fresh_leaf() -> None:
    x = Tensor(3.0)
    total = Tensor(0.0)
    for k in range(3):
        total += x * k
        total -= x
    total.backward()
    assert (total.data, x.grad) == (0.0, 0.0)
    total = Tensor(0.0)
    total += x * x
    total.backward()
    assert x.grad == 6.0


def test_a_loop_by_hand_under_no_grad_is_a_step_of_sgd() -> None:
    one, two = network(), network()
    optimizer = SGD(two, lr=0.1)
    for _ in range(3):
        for net in (one, two):
            net.zero_grad()
            mse_loss(net([1.0, 2.0]), 1.0).backward()
        with no_grad():
            for p in one.parameters():
                p -= 0.1 * p.grad
        optimizer.step()
    assert numbers(one) == numbers(two)


# ---------------------------------------------------------------- no_grad and detach


def test_nothing_is_recorded_under_no_grad() -> None:
    net, x = network(), Tensor(2.0)
    recorded = net([x, 1.0])
    with no_grad():
        out = net([x, 1.0])
        y = x * x + 1.0
        assert engine.functions.maximum(x, 1.0)._prev == ()
        leaf = Tensor(5.0)
    assert out.data == recorded.data
    assert (y.data, y._prev, y._op, out._prev) == (5.0, (), "constant", ())
    assert leaf._op == ""
    with pytest.raises(RuntimeError, match="leads to no leaf"):
        y.backward()
    (y * x).backward()
    assert x.grad == 5.0
    recorded.backward()
    assert x.grad != 5.0


def test_no_grad_nests_decorates_and_ends_with_an_error() -> None:
    x = Tensor(2.0)

    @no_grad()
    def square(value: Tensor) -> Tensor:
        return value * value

    assert square(x)._prev == ()
    switch = no_grad()
    with switch, switch:
        with no_grad():
            pass
        assert (x * 1.0)._prev == ()
    assert (x * 1.0)._prev
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (x * 1.0)._prev


def test_no_grad_is_a_matter_of_one_thread() -> None:
    x, seen = Tensor(2.0), []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append((x * x)._prev))
        thread.start()
        thread.join()
    assert len(seen[0]) == 2


def test_a_graph_can_be_taken_apart_and_trained_on_around_no_grad() -> None:
    out = network()([Tensor(1.0), 2.0])
    with no_grad():
        plain, _ = unfold(out)
        assert plain._prev
        with pytest.raises(RuntimeError, match="leads to no leaf"):
            train(network(), ROWS, epochs=1)


class HalfCut(nn.Module):
    """Half of its gradient is cut off, by `detach` or `no_grad`."""

    def __init__(self, cut: Any) -> None:
        self.layer = nn.Linear(2, 1, random=Random(1))
        self.cut = cut

    def forward(self, inputs: Any) -> Any:
        out = self.layer(inputs)
        return out * self.cut(out)


def frozen(value: Any) -> Any:
    with no_grad():
        return value * 1.0


@pytest.mark.parametrize("cut", [Tensor.detach, lambda value: value.detach(), frozen])
def test_detached_values_are_detached_in_training_too(cut: Any) -> None:
    x = Tensor(3.0)
    out = x * cut(x)
    out.backward()
    assert (out.data, x.grad) == (9.0, 3.0)
    results = []
    for kind in ("eager", "auto"):
        model = HalfCut(cut)
        losses = train(model, ROWS, epochs=4, engine=kind).losses  # type: ignore[arg-type]
        results.append([losses, numbers(model)])
    assert results[0] == results[1]


# ---------------------------------------------------------------- numbers out of tensors


def test_a_number_taken_out_by_float_is_no_secret() -> None:
    x = Tensor(0.5)
    with pytest.warns(
        UserWarning, match=r"no gradient flows back .* x\.item\(\).* x\.exp\(\)"
    ) as told:
        assert math.exp(x) == math.exp(0.5)
    assert told[0].filename == __file__
    with pytest.warns(UserWarning, match="float"):
        assert float(x * 2) == 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert x.item() == x.data == 0.5
        assert float(x.detach()) == 0.5
        with no_grad():
            assert float(x) == 0.5
        assert exp(x).data == x.exp().data == math.exp(0.5)
        assert (int(Tensor(2.9)), int(Tensor(-2.9))) == (2, -2)
        assert f"{x:.3f} {Tensor(2):5.1f} {x * 2:g}" == "0.500   2.0 1"
        assert f"{x}" == repr(x) == str(x)
        for wrong in (math.nan, math.inf):
            with pytest.raises((ValueError, OverflowError)):
                int(Tensor(wrong))


@pytest.mark.parametrize(
    ("x", "bounds", "value", "gradient"),
    [
        (0.5, (0.0, 1.0), 0.5, 1.0),
        (-0.5, (0.0, 1.0), 0.0, 0.0),
        (1.5, (0.0, 1.0), 1.0, 0.0),
        (0.0, (0.0, 1.0), 0.0, 1.0),
        (1.0, (0.0, 1.0), 1.0, 1.0),
        (-5.0, (None, 1.0), -5.0, 1.0),
        (5.0, (0.0, None), 5.0, 1.0),
        (0.5, (2.0, 1.0), 1.0, 0.0),
        (math.nan, (0.0, 1.0), math.nan, 0.0),
        (math.inf, (0, 1), 1.0, 0.0),
    ],
)
def test_clamp(x: float, bounds: Any, value: float, gradient: float) -> None:
    leaf = Tensor(x)
    out = leaf.clamp(*bounds)
    out.backward(math.inf if gradient == 0.0 else 1.0)
    assert [out.data] == pytest.approx([value], nan_ok=True)
    assert leaf.grad == gradient
    assert clamp(x, *bounds).data == pytest.approx(value, nan_ok=True)


@pytest.mark.slow
@pytest.mark.parametrize("bounds", [(0.0, 1.0), (None, 1.0), (0.0, None), (2.0, 1.0), (1.0, 1.0)])
def test_clamp_is_pytorchs(bounds: Any) -> None:
    torch = pytest.importorskip("torch")
    for x in (-math.inf, -1.0, -0.0, 0.0, 5e-324, 0.5, 1.0, 1.5, 2.0, math.inf, math.nan):
        leaf, twin = Tensor(x), torch.tensor(x, dtype=torch.float64, requires_grad=True)
        out, peer = leaf.clamp(*bounds), twin.clamp(*bounds)
        out.backward()
        peer.backward()
        expected = [peer.item(), twin.grad.item()]
        assert [out.data, leaf.grad] == pytest.approx(expected, nan_ok=True)


def test_clamp_wants_plain_bounds() -> None:
    with pytest.raises(TypeError, match=r"clamp\(min=0\)"):
        Tensor(1).clamp()
    with pytest.raises(TypeError, match="plain numbers"):
        Tensor(1).clamp(Tensor(0), 1)  # type: ignore[arg-type]


# ---------------------------------------------------------------- optimizers and train


def test_only_leaves_can_be_optimized() -> None:
    w = Tensor(2.0)
    for wrong, value, made in [
        ([w * 2], 4.0, "computed (*)"),
        ([w, -w], -2.0, "computed (neg)"),
        ([w.detach()], 2.0, "a constant"),
        (w + 1, 3.0, "computed (+)"),
        ([Tensor(1.0, (w,), "mine")], 1.0, "computed (mine)"),
    ]:
        with pytest.raises(ValueError, match="an optimizer") as told:
            SGD(wrong)
        shown = f"Value(data={value}, grad=0.0)"
        assert str(told.value) == f"an optimizer moves leaves, and {shown} is {made}"


def test_settings_have_pytorchs_names_too() -> None:
    w = [Tensor(1.0)]
    assert SGD(w, weight_decay=0.1).settings == SGD(w, l2=0.1).settings
    assert Momentum(w, weight_decay=0.1).settings == Momentum(w, l2=0.1).settings
    theirs = Adam(w, lr=1e-3, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.1)
    assert theirs.settings == Adam(w, 1e-3, 0.8, 0.9, 1e-6, 0.1).settings
    for twice, names in (
        (lambda: SGD(w, l2=0.1, weight_decay=0.1), "l2 and weight_decay"),
        (lambda: Momentum(w, l2=0.1, weight_decay=0.1), "l2 and weight_decay"),
        (lambda: Adam(w, l2=0.1, weight_decay=0.1), "l2 and weight_decay"),
        (lambda: Adam(w, epsilon=1e-6, eps=1e-6), "epsilon and eps"),
        (lambda: Adam(w, beta1=0.8, betas=(0.8, 0.9)), "beta1 and betas"),
        (lambda: Adam(w, beta2=0.8, betas=(0.9, 0.8)), "beta2 and betas"),
    ):
        with pytest.raises(TypeError, match="are one setting") as told:
            twice()
        assert str(told.value) == f"{names} are one setting: give one of them"
    with pytest.raises(ValueError, match="beta1 must be at least 0 and below 1"):
        Adam(w, betas=(1.0, 0.9))
    for wrong in (0.9, 1, (0.9,), (0.9, 0.99, 0.999)):
        with pytest.raises(TypeError, match="betas are two") as told:
            Adam(w, betas=wrong)  # type: ignore[arg-type]
        assert str(told.value) == f"betas are two numbers, (beta1, beta2), not {wrong!r}"
    with pytest.raises(TypeError, match="l2 is a number"):
        SGD(w, weight_decay="much")  # type: ignore[arg-type]


def test_train_is_at_hand_and_takes_classes_of_optimizers() -> None:
    assert engine.train is train
    assert "train" in engine.__all__
    for kind, name in ((SGD, "sgd"), (Adam, "adam"), (Momentum, "momentum")):
        one, two = network(), network()
        assert train(one, ROWS, optimizer=kind, epochs=3).losses == train(
            two, ROWS, optimizer=name, epochs=3
        ).losses  # fmt: skip
        assert numbers(one) == numbers(two)
    assert train(network(), ROWS, optimizer=MiniOptimizer, epochs=1).epochs_done == 1
    for wrong in (nn.Linear, Tensor(1.0), None, 0.1):
        with pytest.raises(TypeError, match="optimizer is a name, a class or an optimizer"):
            train(network(), ROWS, optimizer=wrong)  # type: ignore[arg-type]


# ---------------------------------------------------------------- models


def test_a_state_goes_from_one_model_to_its_like() -> None:
    class Model(Module):
        def __init__(self, seed: int) -> None:
            self.blocks = [nn.Linear(2, 2, random=Random(seed)), nn.Tanh()]
            self.gain = Tensor(seed)

    one, two = Model(1), Model(2)
    state = one.state_dict()
    assert list(state) == [path for path, _ in one.named_parameters()]
    kept = two.parameters()
    two.load_state_dict(state)
    assert numbers(two) == numbers(one)
    assert all(a is b for a, b in zip(kept, two.parameters(), strict=True))
    one.gain.data = 9.0
    assert (state["gain"], two.gain.data) == (1.0, 1.0)
    before = numbers(two)
    for wrong, error, message in [
        ({**state, "bias": 1.0}, ValueError, "the model has no parameter 'bias'"),
        ({"gain": 5.0}, ValueError, "the state has no parameter 'blocks.0.neurons.0.weight.0'"),
        ({**state, "gain": "5"}, TypeError, "gain is one number, got str"),
    ]:
        with pytest.raises(error, match=message):
            two.load_state_dict(wrong)
        assert numbers(two) == before
    two.load_state_dict({"gain": 5, "bias": 1.0}, strict=False)
    assert numbers(two) == [*before[:-1], 5.0]


def test_print_shows_modules_in_lists_and_dicts() -> None:
    class Block(Module):
        def __init__(self) -> None:
            self.inner = nn.Linear(1, 1)

    class Model(Module):
        def __init__(self) -> None:
            self.name = "model"
            self.head = nn.Relu()
            self.blocks = [nn.Linear(2, 3), {"act": nn.Tanh(), "deep": (Block(),)}, 7, Tensor(1)]

    model = Model()
    assert repr(model) == (
        "Model(\n  (head): Relu()\n  (blocks.0): Linear(2, 3)\n  (blocks.1.act): Tanh()\n"
        "  (blocks.1.deep.0): Block(\n    (inner): Linear(1, 1)\n  )\n)"
    )
    model.blocks.append(model)
    assert "(blocks.4): Model(...)" in repr(model)
    assert repr(Model()) == repr(Model())


# ---------------------------------------------------------------- copies


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_tensors_and_fused_nodes_pickle_with_every_protocol(protocol: int) -> None:
    x = Tensor(2.0)
    fused = dot([x, Tensor(3.0)], [Tensor(0.5), 4], relu=True)
    for tensor in (x, fused, network()([x, 1.0]), x.exp() + 1, Tensor(1.0, (x, x), "mine")):
        twin = pickle.loads(pickle.dumps(tensor, protocol))
        order, other = topological_order(tensor), topological_order(twin)
        assert [(t.data, t._op) for t in order] == [(t.data, t._op) for t in other]
    net = network()
    twin = pickle.loads(pickle.dumps(net, protocol))
    assert twin([1.0, 2.0]).data == net([1.0, 2.0]).data


@pytest.mark.slow
def test_graphs_of_any_depth_can_be_copied() -> None:
    x = Tensor(1.0)
    net = nn.Sequential(nn.Linear(1, 1, random=Random(1)))
    out = x
    for k in range(20_000):
        out = net(out) if k % 5 == 0 else out + x
    twins = copy.deepcopy({"out": out, "net": net, "x": x, "again": [out, x]})
    assert twins["again"][0] is twins["out"]
    assert twins["again"][1] is twins["x"]
    for graph, leaf, model in ((out, x, net), (twins["out"], twins["x"], twins["net"])):
        graph.backward()
        assert leaf.grad != 0.0
        assert graph.data == out.data
        assert [p.grad for p in model.parameters()] == [p.grad for p in net.parameters()]
    assert twins["x"].grad == x.grad
    assert not {*topological_order(out)} & {*topological_order(twins["out"])}


def test_a_copy_of_a_subclass_keeps_its_attributes() -> None:
    class Named(Tensor):
        name: str
        friends: list[Tensor]

    x = Named(2.0)
    x.name, x.friends = "x", [x, Tensor(1.0)]
    twin = copy.deepcopy(x)
    assert (type(twin), twin.name, twin.data) == (Named, "x", 2.0)
    assert twin.friends[0] is twin
    assert twin.friends[1] is not x.friends[1]
