"""Walks over graphs: order, leaves, and fused neurons taken apart."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Tensor, dot, mlp, mse_loss
from engine.graph import is_fused, leaves, reachable, topological_order, unfold


def test_children_come_before_parents_and_each_tensor_once() -> None:
    x, y = Tensor(2), Tensor(3)
    product = x * y
    out = product + product * x
    order = topological_order(out)
    assert len(order) == len({id(tensor) for tensor in order}) == 5
    assert order[0] is x
    assert order[-1] is out
    place = {tensor: index for index, tensor in enumerate(order)}
    assert all(place[child] < place[tensor] for tensor in order for child in tensor._prev)


def test_leaves_are_in_the_order_met_and_without_constants() -> None:
    x, y = Tensor(2), Tensor(3)
    found = leaves(2 * y + x * y)
    assert [leaf is expected for leaf, expected in zip(found, (y, x), strict=True)] == [True, True]


numbers = st.floats(-2, 2)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda n: st.tuples(*[st.lists(numbers, min_size=n, max_size=n) for _ in range(2)])
    ),
    st.none() | numbers,
    st.booleans(),
    st.booleans(),
)
def test_unfolding_keeps_every_number(
    operands: tuple[list[float], list[float]], bias: float | None, relu: bool, plain: bool
) -> None:
    weights = [Tensor(value) for value in operands[0]]
    sources = [Tensor(value) for value in operands[1]]
    start = None if bias is None else Tensor(bias)
    inputs = operands[1] if plain else [source * 1.0 for source in sources]
    fused = dot(weights, inputs, start, relu=relu)
    out = fused * 3.0
    out.backward()
    watched = [*weights, *([] if plain else sources), *([] if start is None else [start])]
    gradients = [tensor.grad for tensor in watched]
    for weight in weights:  # what was computed keeps its numbers
        weight.data += 1.0

    plainer, original = unfold(out)

    order = topological_order(plainer)
    assert not any(is_fused(tensor) for tensor in order)
    assert original[plainer] is out
    [stand_in] = [new for new, old in original.items() if old is fused]
    assert (stand_in.data, stand_in.grad) == (fused.data, fused.grad)
    assert stand_in._op == ("relu" if relu else "+")
    assert [sum(t._op == "*" for t in order)] == [len(weights) * (1 if plain else 2) + 1]
    inside = {tensor: tensor.grad for tensor in order if tensor._prev}
    for tensor in watched:
        tensor.grad = 0.0
    plainer.backward()
    assert [tensor.grad for tensor in watched] == gradients
    assert inside == {tensor: tensor.grad for tensor in inside}


def test_a_graph_without_fused_nodes_is_its_own_unfolding() -> None:
    out = Tensor(2) * 3 + 1
    assert unfold(out) == (out, {})
    assert unfold(out)[0] is out


def test_reachable_are_all_that_lie_below_each_once() -> None:
    net = mlp(2, [3, 3], 1)
    by_hand = Tensor(1.0, tuple(net([1.0, x]) for x in (2.0, 3.0, 4.0)), "three")
    roots = [mse_loss(net([x, 1.0]), 0.5) for x in (0.1, 0.2)]
    roots += [dot([by_hand * 2.0], [Tensor(3.0)], net([1.0, 2.0])), by_hand]
    found = reachable(roots)
    below = {tensor for root in roots for tensor in topological_order(root)}
    assert len(found) == len(set(found))
    assert set(found) == below


def test_a_tensor_made_by_hand_keeps_its_children_when_something_below_unfolds() -> None:
    x, y = Tensor(2.0), Tensor(3.0)
    out = Tensor(7.0, (x, dot([x], [y]), y), "mine")
    plainer, original = unfold(out)
    assert (plainer.data, plainer._op, len(plainer._prev)) == (7.0, "mine", 3)
    assert [child._op for child in plainer._prev] == ["", "+", ""]
    assert original[plainer] is out
