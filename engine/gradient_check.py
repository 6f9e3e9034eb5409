"""Is backpropagation right? Each gradient beside a central difference of the graph itself."""

from collections.abc import Iterator, Sequence
from math import isfinite, sqrt

from engine import rules
from engine.composite import Composite
from engine.graph import leaves as leaves_under
from engine.graph import topological_order
from engine.tensor import Tensor

__all__ = ["GradientCheck", "LeafCheck", "gradcheck", "outdated"]

# The cube root of float64's epsilon: where the truncation of a central difference (step squared)
# and its rounding (epsilon / step) meet. Press et al., Numerical Recipes, section 5.7.
STEP = 6.0554544523933395e-06


class LeafCheck:
    """One leaf: its gradient by backpropagation, by differences, and how far they are apart."""

    __slots__ = ("difference", "error", "gradient", "leaf")

    def __init__(self, leaf: Tensor, gradient: float, difference: float) -> None:
        self.leaf = leaf
        self.gradient = gradient
        self.difference = difference
        self.error = relative_error(gradient, difference)

    def __repr__(self) -> str:
        return (
            f"LeafCheck(gradient={self.gradient!r}, difference={self.difference!r}, "
            f"error={self.error:.1e})"
        )


class GradientCheck:
    """The result of `gradcheck`: true when every relative error is within the tolerance."""

    __slots__ = ("checks", "tolerance")

    def __init__(self, checks: list[LeafCheck], tolerance: float) -> None:
        self.checks = checks
        self.tolerance = tolerance

    @property
    def worst(self) -> LeafCheck | None:
        """The leaf with the greatest error; None where there is no leaf."""
        return max(self.checks, key=lambda check: check.error, default=None)

    @property
    def ok(self) -> bool:
        return all(check.error <= self.tolerance for check in self.checks)

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return f"GradientCheck(ok={self.ok}, worst={self.worst!r})"


def gradcheck(
    output: Tensor, leaves: Sequence[Tensor] | None = None, tolerance: float = 1e-5
) -> GradientCheck:
    """Compare d(output)/d(leaf) by backpropagation with (f(x + h) - f(x - h)) / 2h.

    f is the recorded graph, evaluated anew from its leaves by the rules of engine/rules.py; so
    there is no function to pass. `leaves` are all under `output` unless given. The step h is STEP
    times the leaf or 1, whichever is larger; before a gradient is called wrong others are tried,
    and the nearest difference counts. Gradients and values are as before when it returns.
    Differences mean little at a kink (relu at 0): there the two sides disagree by nature.
    Raises ValueError for a tensor among `leaves` that is an operation's result.
    """
    order = topological_order(output)
    chosen = leaves_under(output) if leaves is None else list(leaves)
    for leaf in chosen:
        if leaf._prev:
            raise ValueError(f"gradcheck needs leaves, got the result of {leaf._op!r}: {leaf!r}")
    gradients = _gradients(output, order, chosen)
    position = {id(tensor): index for index, tensor in enumerate(order)}
    values = [tensor.data for tensor in order]
    checks = []
    for leaf, gradient in zip(chosen, gradients, strict=True):
        index = position.get(id(leaf))
        if index is None:  # not under the output at all
            checks.append(LeafCheck(leaf, gradient, 0.0))
            continue
        tried: list[LeafCheck] = []
        for high, low in _ends(leaf.data):
            rise = _evaluate(order, position, values, index, high)
            rise -= _evaluate(order, position, values, index, low)
            tried.append(LeafCheck(leaf, gradient, rules.divide(rise, high - low)))
            if tried[-1].error <= tolerance:
                break
        checks.append(min(tried, key=lambda check: check.error))
    return GradientCheck(checks, tolerance)


def _ends(x: float) -> Iterator[tuple[float, float]]:
    """x + h and x - h for the steps to try: how fast a function turns at x is not known.

    By the size of x or 1, the larger and then the smaller: log turns within 1e-4 at 1e-4, and sin
    within 1 at 1e6. Then one between them.
    """
    size = abs(x)
    yield x + STEP * max(1.0, size), x - STEP * max(1.0, size)
    for step in (STEP * min(1.0, size), STEP * sqrt(size)):
        if x - step < x + step:
            yield x + step, x - step


def outdated(output: Tensor, most: int | None = None) -> Tensor | None:
    """A node under `output` that would have another value now, since a leaf below it changed.

    None where all values are what their operands give. Looks at `most` nodes at the most, those
    near the output first; computing each anew takes some microseconds.
    """
    waiting, seen = [output], {id(output)}
    for number, tensor in enumerate(waiting):  # which grows meanwhile
        if number == most:
            break
        if not tensor._prev:
            continue
        try:
            value = evaluate(tensor, [child.data for child in tensor._prev])
        except ValueError:  # no rule to evaluate it again
            continue
        if value != tensor.data and (value == value or tensor.data == tensor.data):
            return tensor
        for child in tensor._prev:
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)
    return None


def relative_error(first: float, second: float) -> float:
    """|a - b| / max(1, |a|, |b|): relative for large gradients, absolute for small ones.

    0 for two equal infinities, inf where only one is finite or either is nan.
    """
    if first == second:
        return 0.0
    if not (isfinite(first) and isfinite(second)):
        return float("inf")
    return abs(first - second) / max(1.0, abs(first), abs(second))


def _gradients(output: Tensor, order: list[Tensor], chosen: list[Tensor]) -> list[float]:
    """What one sweep gives the chosen leaves; every gradient is put back."""
    touched = {id(tensor): tensor for tensor in [*order, *chosen]}
    before = [(tensor, tensor.grad) for tensor in touched.values()]
    try:
        for tensor, _ in before:
            tensor.grad = 0.0
        output.backward()
        return [leaf.grad for leaf in chosen]
    finally:
        for tensor, gradient in before:
            tensor.grad = gradient


def _evaluate(
    order: list[Tensor], position: dict[int, int], values: list[float], moved: int, value: float
) -> float:
    """The output's value with one leaf moved: the recorded operations on plain floats."""
    current = list(values)
    current[moved] = value
    for index, tensor in enumerate(order):
        if tensor._prev:
            operands = [current[position[id(child)]] for child in tensor._prev]
            current[index] = evaluate(tensor, operands)
    return current[-1]


def evaluate(tensor: Tensor, operands: Sequence[float]) -> float:
    """The value the operation of `tensor` has on other operands, one for each of its children.

    Raises ValueError for an operation that has no rule (a tensor made with `_children` by hand).
    """
    if isinstance(tensor, Composite):
        return tensor._evaluate(operands)
    if tensor._op in rules.BINARY and len(operands) == 2:
        return rules.BINARY[tensor._op].value(operands[0], operands[1])
    if tensor._op in rules.UNARY and len(operands) == 1:
        return rules.UNARY[tensor._op].value(operands[0])
    raise ValueError(f"no rule to evaluate the operation {tensor._op!r} again")
