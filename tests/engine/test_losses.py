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
    for p, target, gradient in [(0.0, 1.0, -1e12), (1.0, 0.0, 1e12), (0.0, 0.0, 0.0)]:
        wrong = Tensor(p)
        assert swept(bce_loss(wrong, target), [wrong]) == [gradient]
    for right in (0.0, 1.0):
        assert repr(bce_loss(Tensor(right), right).data) == "0.0"
    for wrong in (1.5, -0.1, math.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            bce_loss(Tensor(wrong), 1.0)


@pytest.mark.slow
def test_bce_of_plain_probabilities_is_pytorchs() -> None:
    torch = pytest.importorskip("torch")
    for p in (0.0, 1.0, 1e-300, 5e-324, 1e-13, 0.3, 0.999, 1 - 1e-16):
        for target in (0.0, 1.0, 0.3):
            ours = [Tensor(p), Tensor(target)]
            loss = bce_loss(*ours)
            twins = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (p, target)]
            peer = torch.nn.functional.binary_cross_entropy(*twins)
            peer.backward()
            assert loss.data == pytest.approx(peer.item(), rel=1e-15)
            # PyTorch has 1e-12 in single precision.
            expected = [twin.grad.item() for twin in twins]
            assert swept(loss, ours) == pytest.approx(expected, rel=1e-8)


HUGE = [
    [1e16, 1e16, 1e16],
    [1e16, 1e16 + 2, 1e16 - 4],
    [-1e16, -1e16, 3.0],
    [1e308, -1e308, 1e308],
    [1e300, 1e300],
    [750.0, 749.0, -750.0],
    [-750.0, -751.0],
    [1e-320, 0.0, 5.0],
    [40.0, 0.0],
    [7.0],
    [math.inf, 1.0],
    [-math.inf, 1.0, 2.0],
    [-math.inf, -math.inf],
    [math.nan, 1.0],
]


def test_softmax_and_cross_entropy_of_huge_equal_scores() -> None:
    scores = [Tensor(1e16) for _ in range(3)]
    assert [p.data for p in nn.Softmax()(scores)] == [1 / 3] * 3
    assert cross_entropy_loss(scores, 1).data == math.log(3)


@pytest.mark.slow
@pytest.mark.parametrize("raw", HUGE, ids=str)
def test_softmax_and_cross_entropy_of_scores_of_any_size_are_pytorchs(raw: list[float]) -> None:
    torch = pytest.importorskip("torch")
    tolerance = {"rel": 1e-13, "abs": 1e-15, "nan_ok": True}
    weights = [0.3 * k - 0.4 for k in range(len(raw))]

    def check(ours, theirs) -> None:
        leaves = [Tensor(value) for value in raw]
        x = torch.tensor(raw, dtype=torch.float64, requires_grad=True)
        out, peer = ours(leaves), theirs(x)
        peer.backward()
        assert [out.data, *swept(out, leaves)] == pytest.approx(
            [peer.item(), *x.grad.tolist()], **tolerance
        )

    w = torch.tensor(weights, dtype=torch.float64)
    given = [p.data for p in nn.Softmax()(raw)]
    assert given == pytest.approx(
        torch.tensor(raw, dtype=torch.float64).softmax(0).tolist(), **tolerance
    )
    check(
        lambda x: sum((p * k for p, k in zip(nn.Softmax()(x), weights, strict=True)), Tensor(0)),
        lambda x: (x.softmax(0) * w).sum(),
    )
    for place in range(len(raw) if len(raw) > 1 else 0):
        check(
            lambda x, place=place: cross_entropy_loss(x, place),
            lambda x, place=place: torch.nn.functional.cross_entropy(x, torch.tensor(place)),
        )


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
