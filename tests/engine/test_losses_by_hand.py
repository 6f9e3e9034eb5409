"""What goes into a loss, what it refuses in which words, and the graph that a learner sees."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from told import told

from engine import Tensor, nn
from engine.graph import topological_order
from engine.losses import (
    LOSSES,
    bce_loss,
    cross_entropy_loss,
    hinge_loss,
    loss_named,
    mse_loss,
)


def operations(loss: Tensor) -> list[str]:
    return sorted(node._op for node in topological_order(loss))


@pytest.mark.parametrize("loss", [mse_loss, bce_loss, hinge_loss])
def test_numbers_may_come_in_any_iterable(loss: Callable[[Any, Any], Tensor]) -> None:
    outputs, targets = [Tensor(0.25), Tensor(0.5), Tensor(0.75)], [1.0, 1.0, 1.0]
    expected = loss(outputs, targets).data
    assert loss(tuple(outputs), iter(targets)).data == expected
    assert loss(iter(outputs), tuple(targets)).data == expected


def test_plain_numbers_make_a_loss_too() -> None:
    assert mse_loss(3.0, 1).data == 4.0
    assert mse_loss([3, 0.5], [1, 0.5]).data == 2.0
    assert bce_loss(0.25, 1.0).data == pytest.approx(math.log(4.0), rel=1e-15)
    assert hinge_loss(0.25, 1).data == 0.75
    total = cross_entropy_loss([1.0, 2.0], 0)
    assert total.data == pytest.approx(math.log(1.0 + math.e), rel=1e-15)
    weighted = cross_entropy_loss([1.0, 2.0], [0.5, 0.5])
    assert weighted.data == pytest.approx(math.log(1.0 + math.e) - 0.5, rel=1e-15)
    for loss in (mse_loss(3.0, 1), total, weighted):
        assert type(loss) is Tensor


def test_as_many_targets_as_outputs_and_at_least_one() -> None:
    x = Tensor(0.5)
    for loss in (mse_loss, bce_loss, hinge_loss):
        message = told(ValueError, lambda loss=loss: loss([x, x], [1.0]))
        assert message == "there are 2 outputs for 1 targets"
        message = told(ValueError, lambda loss=loss: loss([], []))
        assert message == "there are 0 outputs for 0 targets"
    message = told(ValueError, lambda: cross_entropy_loss([x, x], [1.0, 0.0, 0.0]))
    assert message == "there are 2 outputs for 3 targets"


def test_a_target_may_be_a_tensor() -> None:
    scores = [Tensor(1.0), Tensor(2.0)]
    expected = cross_entropy_loss(scores, 1).data
    assert cross_entropy_loss(scores, Tensor(1.0)).data == expected
    x, wanted = Tensor(0.5), Tensor(-1.0)
    hinge_loss(x, wanted).backward()
    assert (x.grad, wanted.grad) == (1.0, -0.5)
    assert hinge_loss(x, Tensor(0.5)).data == 0.75


def test_the_graph_of_one_output_is_its_formula_and_no_more() -> None:
    x = Tensor(0.25)
    assert operations(mse_loss(x, 1.0)) == ["", "**", "-", "constant", "constant"]
    assert operations(hinge_loss(x, 1.0)) == ["", "*", "-", "constant", "constant", "relu"]
    assert mse_loss([x, x], [1.0, 1.0])._op == "/"
    x, y = Tensor(0.25), Tensor(0.5)
    one = operations(cross_entropy_loss([x, y], 0))
    both = operations(cross_entropy_loss([x, y], [0.5, 0.5]))
    # Two terms (total - score) * weight and their sum, where there was one difference.
    assert both == sorted([*one, "-", "*", "constant", "*", "constant", "+"])


def test_the_operands_in_the_graph_of_bce_stand_as_in_its_formula() -> None:
    z, p = Tensor(0.5), Tensor(0.25)
    for loss, operation, first, second in [
        (bce_loss(z.sigmoid(), 1.0), "max", z.data, 0.0),
        (bce_loss(p, 1.0), "bce", p.data, 1.0),
    ]:
        node = next(node for node in topological_order(loss) if node._op == operation)
        assert [operand.data for operand in node._prev] == [first, second]


def test_bce_refuses_what_is_no_probability() -> None:
    rule = "bce needs probabilities between 0 and 1, as a sigmoid gives them; got "
    assert told(ValueError, lambda: bce_loss(Tensor(2.0), 1.0)) == rule + "2"
    assert told(ValueError, lambda: bce_loss(-1.0, 1.0)) == rule + "-1"
    assert bce_loss(Tensor(0.0), 0.0).data == 0.0
    assert bce_loss(Tensor(1.0), 1.0).data == 0.0


@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("score", [-3.0, -0.5, 0.0, 0.5, 3.0])
def test_bce_is_its_formula_on_both_ways(score: float, target: float) -> None:
    p = 1 / (1 + math.exp(-score))
    expected = -(target * math.log(p) + (1 - target) * math.log(1 - p))
    x = Tensor(score)
    after_sigmoid = bce_loss(x.sigmoid(), target)
    assert after_sigmoid.data == pytest.approx(expected, rel=1e-14)
    after_sigmoid.backward()
    assert x.grad == pytest.approx(p - target, rel=1e-14, abs=1e-16)
    plain = Tensor(p)
    loss = bce_loss(plain, target)
    assert loss.data == pytest.approx(expected, rel=1e-14)
    loss.backward()
    assert plain.grad == pytest.approx((p - target) / (p * (1 - p)), rel=1e-13, abs=1e-15)


def test_hinge_refuses_other_targets() -> None:
    rule = "hinge needs targets of -1 and +1 (labels=signed), got "
    assert told(ValueError, lambda: hinge_loss(Tensor(0.5), 0.0)) == rule + "0"
    assert told(ValueError, lambda: hinge_loss([Tensor(0.5)] * 2, [1.0, 2.0])) == rule + "2"


def test_cross_entropy_refuses_a_single_output_and_other_classes() -> None:
    rule = (
        "cross_entropy compares several outputs, one a class; "
        "with one output use bce after a sigmoid"
    )
    for single in (Tensor(1.0), 1.0, 1, [Tensor(1.0)], nn.Softmax()([1.0])):
        assert told(ValueError, lambda single=single: cross_entropy_loss(single, 0)) == rule
    scores = (Tensor(1.0), Tensor(2.0), Tensor(0.5))
    for wrong, shown in [(3.0, "3"), (-1, "-1"), (0.5, "0.5"), (math.nan, "nan")]:
        message = told(ValueError, lambda wrong=wrong: cross_entropy_loss(scores, wrong))
        assert message == f"class numbers here go from 0 to 2, got {shown}"
    two = cross_entropy_loss(scores[:2], 1)
    assert two.data == pytest.approx(math.log(1 + math.exp(-1.0)), rel=1e-15)
    last = cross_entropy_loss(scores, 2)
    total = math.exp(1.0) + math.exp(2.0) + math.exp(0.5)
    assert last.data == pytest.approx(math.log(total) - 0.5, rel=1e-15)


def test_losses_go_by_name() -> None:
    assert {name: loss_named(name) for name in LOSSES} == {
        "mse": mse_loss,
        "bce": bce_loss,
        "hinge": hinge_loss,
        "cross_entropy": cross_entropy_loss,
    }
    message = told(ValueError, lambda: loss_named("mae"))
    assert message == "there is no loss 'mae'; choose one of mse, bce, hinge, cross_entropy"
