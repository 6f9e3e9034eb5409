"""A node that is several operations in one: the least that one has to say, and what it gets."""

import copy
from collections.abc import Sequence
from random import Random

from engine import SGD, Tensor, nn
from engine.compile import compiled_stepper
from engine.composite import Composite
from engine.gradient_check import gradcheck, outdated
from engine.graph import reachable, topological_order, unfold
from engine.losses import mse_loss


class Mean(Composite):
    """The mean of some tensors, added from the left."""

    __slots__ = ("_others",)

    def __init__(self, terms: Sequence[Tensor]) -> None:
        super().__init__(self._mean([term.data for term in terms]), _op="mean")
        self._first, *others = terms
        self._by_first = 1.0 / len(terms)
        self._others = tuple(others)

    @staticmethod
    def _mean(values: Sequence[float]) -> float:
        total = values[0]
        for value in values[1:]:
            total += value
        return total * (1.0 / len(values))

    def _parts(self) -> tuple[Sequence[Tensor], ...]:
        return (self._others,)

    @property
    def _derivatives(self) -> tuple[float | None, ...]:
        return (self._by_first,) * len(self._prev)

    def _evaluate(self, operands: Sequence[float]) -> float:
        return self._mean(operands)

    def _unfold(self, operands: Sequence[Tensor]) -> Tensor:
        share = 1.0 / len(operands)
        total = operands[0]
        for operand in operands[1:]:
            total = total + operand
            total.grad = self.grad * share
        out = total * share
        out.grad = self.grad
        return out


def graph(composite: bool) -> tuple[list[Tensor], Tensor]:
    rng = Random(1)
    leaves = [Tensor(rng.uniform(-1, 1)) for _ in range(3)]
    net = nn.mlp(3, [4, 4], 3, random=rng, bias=0.5)
    outputs = [x * y for x, y in zip(net(leaves), leaves, strict=True)]
    terms = [*outputs, leaves[0], outputs[1]]
    if composite:
        mean: Tensor = Mean(terms)
    else:
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        mean = total * 0.2
    return [*leaves, *net.parameters()], mean * mean + outputs[0]


def test_a_composite_hands_on_the_gradients_of_its_plain_nodes() -> None:
    results = []
    for composite in (False, True):
        leaves, out = graph(composite)
        for _ in range(2):
            out.backward()
        results.append((out.data, [leaf.grad for leaf in leaves]))
    assert results[0] == results[1]


def test_a_composite_unfolds_copies_and_checks_like_any_node() -> None:
    leaves, out = graph(True)
    out.backward()
    gradients = [leaf.grad for leaf in leaves]
    assert set(reachable([out])) == set(topological_order(out))
    plainer, original = unfold(out)
    assert {tensor._op for tensor in topological_order(plainer)} == {
        "",
        "constant",
        "+",
        "*",
        "relu",
    }
    assert [old._op for old in original.values()].count("mean") == 1
    for tensor, grad in {tensor: tensor.grad for tensor in topological_order(plainer)}.items():
        if tensor in original:
            assert grad == original[tensor].grad
    for leaf in leaves:
        leaf.grad = 0.0
    plainer.backward()
    assert [leaf.grad for leaf in leaves] == gradients
    assert gradcheck(out)
    twin = copy.deepcopy(out)
    assert [t.data for t in topological_order(twin)] == [t.data for t in topological_order(out)]
    assert outdated(out) is None
    leaves[0].data += 1.0
    assert outdated(out) is not None


class Averaging(nn.Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(2, 3, random=Random(1))

    def forward(self, inputs: list[float]) -> Tensor:
        return Mean(self.layer(inputs))


def test_compiled_training_leaves_a_composite_it_does_not_know_to_the_eager_engine() -> None:
    model = Averaging()
    assert compiled_stepper(model, mse_loss, SGD(model), [([1.0, 2.0], 0.5)]) is None
