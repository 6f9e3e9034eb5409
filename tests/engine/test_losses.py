"""Losses against the formulas, at sizes where the formulas overflow, and against PyTorch."""

import math
from random import Random

import pytest

from engine import nn
from engine.losses import bce_loss, cross_entropy_loss, hinge_loss, mse_loss
from engine.tensor import Tensor


def swept(loss: Tensor, leaves: list[Tensor]) -> list[float]:
    loss.backward()
    return [leaf.grad for leaf in leaves]


def test_mse_of_one_tensor_and_of_lists() -> None:
    a, b = Tensor(3.0), Tensor(-1.0)
    assert mse_loss(a, 1.0).data == 4.0
    assert mse_loss([a, b], [1.0, 1.0]).data == 4.0
    assert swept(mse_loss([a, b], [1.0, Tensor(0.0)]), [a, b]) == [2.0, -1.0]
    with pytest.raises(ValueError, match="2 outputs for 1 targets"):
        mse_loss([a, b], [1.0])


def test_bce_after_a_sigmoid_never_overflows_nor_loses_its_gradient() -> None:
    for score, target, loss, gradient in [
        (0.0, 1.0, math.log(2), -0.5),
        (800.0, 0.0, 800.0, 1.0),
        (-800.0, 1.0, 800.0, -1.0),
        (800.0, 1.0, 0.0, 0.0),
    ]:
        x = Tensor(score)
        result = bce_loss(nn.Sigmoid()(x), target)
        assert result.data == pytest.approx(loss, rel=1e-15)
        assert swept(result, [x]) == pytest.approx([gradient], rel=1e-15)


def test_bce_of_plain_probabilities_is_cut_at_100() -> None:
    p = Tensor(0.25)
    assert bce_loss(p, 1.0).data == pytest.approx(math.log(4), rel=1e-15)
    assert swept(bce_loss(p, 0.0), [p]) == pytest.approx([4 / 3])
    assert bce_loss(Tensor(0.0), 1.0).data == pytest.approx(100)
    assert bce_loss([Tensor(1.0), Tensor(0.5)], [0.0, 1.0]).data == pytest.approx(
        (100 + math.log(2)) / 2
    )
    zero = Tensor(0.0)
    assert math.isfinite(swept(bce_loss(zero, 1.0), [zero])[0])
    for wrong in (1.5, -0.1, math.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            bce_loss(Tensor(wrong), 1.0)


def test_hinge_is_zero_beyond_the_margin() -> None:
    x = Tensor(0.25)
    assert hinge_loss(x, 1.0).data == 0.75
    assert hinge_loss(x, -1.0).data == 1.25
    assert swept(hinge_loss(x, -1.0), [x]) == [1.0]
    assert hinge_loss(Tensor(3.0), 1.0).data == 0.0
    with pytest.raises(ValueError, match="-1 and \\+1"):
        hinge_loss(x, 0.0)


def test_cross_entropy_of_scores_and_of_probabilities_agree() -> None:
    scores = [Tensor(value) for value in (1.0, -2.0, 0.5)]
    expected = -1 + math.log(math.exp(1) + math.exp(-2) + math.exp(0.5))
    assert cross_entropy_loss(scores, 0).data == pytest.approx(expected, rel=1e-15)
    assert cross_entropy_loss(nn.Softmax()(scores), 0.0).data == pytest.approx(expected, rel=1e-15)
    assert cross_entropy_loss(scores, [1.0, 0.0, 0.0]).data == pytest.approx(expected, rel=1e-15)
    blend = cross_entropy_loss(scores, [0.5, 0.25, 0.25]).data
    parts = [cross_entropy_loss(scores, k).data for k in range(3)]
    assert blend == pytest.approx(parts[0] / 2 + parts[1] / 4 + parts[2] / 4)


def test_cross_entropy_after_softmax_survives_probabilities_that_round_to_zero() -> None:
    scores = [Tensor(5000.0), Tensor(-5000.0)]
    loss = cross_entropy_loss(nn.Softmax()(scores), 1)
    assert loss.data == 10000.0
    assert swept(loss, scores) == [1.0, -1.0]


def test_cross_entropy_refuses_one_output_and_unknown_classes() -> None:
    with pytest.raises(ValueError, match="bce"):
        cross_entropy_loss(Tensor(1.0), 0)
    for wrong in (3, -1, 0.5, math.nan):
        with pytest.raises(ValueError, match="from 0 to 2"):
            cross_entropy_loss([Tensor(0.0)] * 3, wrong)


@pytest.mark.slow
def test_losses_and_gradients_are_pytorchs() -> None:
    torch = pytest.importorskip("torch")
    f = torch.nn.functional

    def check(raw: list[float], ours, theirs) -> None:
        leaves = [Tensor(value) for value in raw]
        loss = ours(leaves)
        x = torch.tensor(raw, dtype=torch.float64, requires_grad=True)
        peer = theirs(x)
        peer.backward()
        expected = [peer.item(), *x.grad.tolist()]
        assert [loss.data, *swept(loss, leaves)] == pytest.approx(expected, rel=1e-12, abs=1e-14)

    def check_all(raw: list[float], target: list[float], place: int) -> None:
        signed = [2 * wanted - 1 for wanted in target]
        t = torch.tensor(target, dtype=torch.float64)
        s = torch.tensor(signed, dtype=torch.float64)
        sigmoid, softmax = nn.Sigmoid(), nn.Softmax()
        check(raw, lambda x: mse_loss(x, target), lambda x: f.mse_loss(x, t))
        check(
            raw,
            lambda x: bce_loss(sigmoid(x), target),
            lambda x: f.binary_cross_entropy_with_logits(x, t),
        )
        check(raw, lambda x: hinge_loss(x, signed), lambda x: (1 - s * x).clamp(min=0).mean())
        check(
            raw,
            lambda x: cross_entropy_loss(softmax(x), place),
            lambda x: f.cross_entropy(x, torch.tensor(place)),
        )
        check(raw, lambda x: mse_loss(softmax(x), target), lambda x: f.mse_loss(x.softmax(0), t))

    random = Random(5)
    for _ in range(200):
        width = random.randint(2, 5)
        raw = [random.gauss(0, random.choice([1, 20])) for _ in range(width)]
        check_all(raw, [random.choice([0.0, 1.0]) for _ in raw], random.randrange(width))
