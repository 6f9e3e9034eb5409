"""Networks against the same in NumPy by hand; numbers and arrays of NumPy in place of Python's."""

from random import Random
from typing import Any

import pytest

from engine import SGD, Adam, Tensor, nn, train
from engine.evaluation import accuracy, evaluate
from engine.losses import (
    LOSSES,
    bce_loss,
    class_number,
    cross_entropy_loss,
    hinge_loss,
    mse_loss,
)
from engine.tables import DataError, from_rows

np = pytest.importorskip("numpy")


def arrays(net: nn.Sequential) -> list[Any]:
    """Weights (outputs x inputs) and biases of each `Linear`."""
    return [
        (
            np.array([[weight.data for weight in neuron.weight] for neuron in layer.neurons]),
            np.array([neuron.bias.data for neuron in layer.neurons]),
        )
        for layer in net
        if isinstance(layer, nn.Linear)
    ]


def by_hand(weights: list[Any], x: Any, y: Any, loss: str) -> tuple[float, list[Any]]:
    """The mean loss of the rows of `x`, and its gradient by each weight and bias."""
    values, last = [x], len(weights) - 1
    for i, (w, b) in enumerate(weights):
        z = values[-1] @ w.T + b
        values.append(z if i == last else np.maximum(z, 0.0))
    scores, n = values[-1], len(x)
    if loss == "mse":
        d = 2.0 * (scores - y) / scores.size
        total = ((scores - y) ** 2).mean()
    elif loss == "hinge":
        margin = 1.0 - y * scores
        d = np.where(margin > 0.0, -y, 0.0) / scores.size
        total = np.maximum(margin, 0.0).mean()
    else:
        shifted = scores - scores.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        d = (np.exp(logs) * y.sum(axis=1, keepdims=True) - y) / n
        total = -(y * logs).sum() / n
    slopes = []
    for i in range(last, -1, -1):
        slopes.insert(0, (d.T @ values[i], d.sum(axis=0)))
        if i:
            d = (d @ weights[i][0]) * (values[i] > 0.0)
    return float(total), slopes


def flat(pairs: list[Any]) -> list[float]:
    """In the order of the engine's parameters: neuron by neuron, weights before the bias."""
    return [
        float(v) for w, b in pairs for row, bias in zip(w, b, strict=True) for v in (*row, bias)
    ]


@pytest.mark.parametrize("engine", ["eager", "compiled"])
@pytest.mark.parametrize("kind", ["sgd", "adam"])
@pytest.mark.parametrize("loss", ["mse", "hinge", "cross_entropy"])
def test_thirty_steps_as_numpy_by_hand(loss: str, kind: str, engine: Any) -> None:
    random = Random(3)
    net = nn.mlp(4, [6, 5], 3, random=random, bias=0.1)
    x = np.array([[random.gauss(0, 1) for _ in range(4)] for _ in range(12)])
    y = np.array([[float(k == row % 3) for k in range(3)] for row in range(12)])
    y = 2 * y - 1 if loss == "hinge" else y
    weights = arrays(net)
    moments = [[0.0 * w, 0.0 * b, 0.0 * w, 0.0 * b] for w, b in weights]
    expected = []
    for step in range(1, 31):
        total, slopes = by_hand(weights, x, y, loss)
        expected.append(total)
        for layer, (pair, slope) in enumerate(zip(weights, slopes, strict=True)):
            moved = []
            for part in (0, 1):
                move = 0.05 * slope[part]
                if kind == "adam":
                    m = moments[layer]
                    m[part] = 0.9 * m[part] + 0.1 * slope[part]
                    m[part + 2] = 0.999 * m[part + 2] + 0.001 * slope[part] ** 2
                    root = np.sqrt(m[part + 2] / (1 - 0.999**step)) + 1e-8
                    move = 0.05 * m[part] / (1 - 0.9**step) / root
                moved.append(pair[part] - move)
            weights[layer] = tuple(moved)
    optimizer = Adam(net, 0.05) if kind == "adam" else SGD(net, 0.05)
    rows = list(zip(x, y, strict=True))
    result = train(net, rows, optimizer=optimizer, loss=loss, epochs=30, batch=None, engine=engine)
    assert result.losses == pytest.approx(expected, rel=1e-9)
    assert [p.data for p in net.parameters()] == pytest.approx(flat(weights), rel=1e-7, abs=1e-9)
    assert expected[-1] < expected[0]


def test_gradients_of_one_row_are_numpys() -> None:
    random = Random(7)
    net = nn.mlp(3, [5], 2, random=random)
    for loss in ("mse", "hinge", "cross_entropy"):
        for _ in range(20):
            x = np.array([[random.gauss(0, 2) for _ in range(3)]])
            y = np.array([[1.0, -1.0] if loss == "hinge" else [0.0, 1.0]])
            net.zero_grad()
            out = LOSSES[loss](net(x[0]), y[0])
            out.backward()
            total, slopes = by_hand(arrays(net), x, y, loss)
            assert out.data == pytest.approx(total, rel=1e-12)
            expected = flat(slopes)
            assert [p.grad for p in net.parameters()] == pytest.approx(
                expected, rel=1e-12, abs=1e-15
            )


@pytest.mark.parametrize("kind", ["int64", "int8", "uint16", "float32", "float64"])
def test_numpys_numbers_are_numbers(kind: str) -> None:
    two, three = np.dtype(kind).type(2), np.dtype(kind).type(3)
    x = Tensor(two)
    for out, value in [
        (x * three, 6.0), (three * x, 6.0), (three - x, 1.0), (x / three, 2 / 3), (three / x, 1.5),
        (x**three, 8.0), (three**x, 9.0), (three + x, 5.0),
    ]:  # fmt: skip
        assert isinstance(out, Tensor)
        assert (type(out.data), out.data) == (float, value)
    x.data = three
    assert type(x.data) is float
    x.backward(two)
    assert (type(x.grad), x.grad) == (float, 2.0)


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.float32, np.float64])
def test_numpys_numbers_are_targets(kind: Any) -> None:
    scores = [Tensor(0.3), Tensor(-0.2)]
    one = kind(1)
    assert mse_loss(scores[0], one).data == mse_loss(scores[0], 1).data
    assert hinge_loss(scores[0], one).data == hinge_loss(scores[0], 1).data
    assert bce_loss(Tensor(0.3), one).data == bce_loss(Tensor(0.3), 1).data
    assert cross_entropy_loss(scores, one).data == cross_entropy_loss(scores, 1).data
    assert class_number(one, 2) == 1
    pair = np.array([1, -1], dtype=kind)
    assert hinge_loss(scores, pair).data == hinge_loss(scores, [1, -1]).data
    with pytest.raises(ValueError, match="from 0 to 1, got 2"):
        cross_entropy_loss(scores, kind(2))
    rows = [([0.5, 1.0], kind(0)), ([1.0, -1.0], one), ([2.0, 0.0], one)]
    plain = [(inputs, int(target)) for inputs, target in rows]
    results = []
    for data in (rows, plain):
        net = nn.Sequential(nn.Linear(2, 2, random=Random(1)), nn.Softmax())
        losses = train(net, data, epochs=3).losses
        results.append([losses, accuracy(net, data), evaluate(net, data).confusion])
    assert results[0] == results[1]


def test_arrays_are_lists_of_inputs_and_rows() -> None:
    net = nn.mlp(2, [3], 1, random=Random(1))
    inputs = np.array([1, -2])
    assert net(inputs).data == net([1.0, -2.0]).data
    assert nn.Softmax()(np.array([1.0, 2.0]))[0].data == nn.Softmax()([1.0, 2.0])[0].data
    assert (
        nn.Linear(1, 1, random=Random(1))(np.int64(3)).data
        == nn.Linear(1, 1, random=Random(1))(3).data
    )
    assert nn.Relu()(np.float32(2)).data == 2.0
    table = np.array([[1, 2], [3, 4]])
    assert from_rows(table).rows() == [([1.0], 2.0), ([3.0], 4.0)]
    assert from_rows(list(zip(table, [0, 1], strict=True))).rows() == [
        ([1.0, 2.0], 0.0),
        ([3.0, 4.0], 1.0),
    ]
    assert from_rows([(np.float32(1), np.array([1, 2]))]).rows() == [([1.0], [1.0, 2.0])]
    with pytest.raises(DataError, match="row 2: nan in the inputs is not finite"):
        from_rows([([1], 2), (np.array([np.nan]), 2)])
    with pytest.raises(DataError, match="row 1 is not of the form"):
        from_rows(np.array([[1, 2, 3]]))
