"""The remainder: its sign is that of the divisor; by the divisor it falls by whole numbers."""

import math

import pytest

from engine import SGD, Linear, Module, Sequential, Tensor, gradcheck
from engine.training import Engine, train

PAIRS = [(7.0, 2.0), (-7.0, 2.0), (7.0, -2.0), (-7.0, -2.0), (5.5, 1.25), (0.3, 2.0), (-0.3, 2.0),
         (1e6 + 0.5, 7.0), (1.0, 0.3)]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_value_and_derivatives(a: float, b: float) -> None:
    x, y = Tensor(a), Tensor(b)
    z = x % y
    z.backward()
    times = math.floor(a / b)
    assert z.data == pytest.approx(a - b * times)
    assert (x.grad, y.grad) == (1.0, -times)
    assert (Tensor(a) % b).data == (a % Tensor(b)).data == z.data
    if times < 1_000:  # else the step of the check goes beyond the next jump
        assert gradcheck(x % y, [x, y])


def test_edges() -> None:
    assert math.isnan((Tensor(5) % 0).data)
    assert math.isnan((Tensor(math.inf) % 2).data)
    assert (Tensor(5) % math.inf).data == 5.0
    with pytest.raises(TypeError):
        Tensor(5) % "a"  # type: ignore[operator]


@pytest.mark.slow
def test_as_in_pytorch() -> None:
    torch = pytest.importorskip("torch")
    for a, b in PAIRS:
        x, y = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (a, b))
        torch.remainder(x, y).backward()
        ours, other = Tensor(a), Tensor(b)
        z = ours % other
        z.backward()
        assert z.data == torch.remainder(x, y).item()
        assert (ours.grad, other.grad) == (x.grad.item(), y.grad.item())


class Wrapped(Module):
    """Its output on a circle of circumference 0.7."""

    def __init__(self) -> None:
        self.inner = Sequential(Linear(1, 1))

    def forward(self, row: list[float]) -> Tensor:
        return self.inner(row) % 0.7  # type: ignore[no-any-return, operator]


def test_compiled_training_is_the_same_bit_for_bit() -> None:
    rows = [([k / 5], k / 7 % 0.7) for k in range(-5, 6)]
    losses = []
    engines: tuple[Engine, ...] = ("eager", "compiled")
    for engine in engines:
        model = Wrapped()
        for number, parameter in enumerate(model.parameters()):
            parameter.data = 0.3 + number
        done = train(model, rows, optimizer=SGD(model.parameters(), 0.05), epochs=20, engine=engine)
        losses.append(done.losses)
    assert losses[0] == losses[1]
    assert losses[0][-1] != losses[0][0]
