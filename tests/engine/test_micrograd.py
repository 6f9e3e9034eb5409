"""micrograd's published numbers, and random programs run on both engines."""

import random
from typing import Any

import pytest

from engine import Tensor


def test_the_numbers_of_its_readme() -> None:
    a, b = Tensor(-4.0), Tensor(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert f"{g.data:.4f} {a.grad:.4f} {b.grad:.4f}" == "24.7041 138.8338 645.5773"


def test_its_sanity_check() -> None:
    x = Tensor(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def random_result(kind: Any, seed: int) -> tuple[float, list[float]]:
    """One random program in the operations both engines have, on either's numbers."""
    source = random.Random(seed)
    leaves = [kind(source.uniform(-2, 2)) for _ in range(source.randint(1, 4))]
    values = list(leaves)
    for _ in range(source.randint(1, 25)):
        a, b = source.choice(values), source.choice(values)
        number = source.choice([-1.5, 0.5, 2, 3])
        values.append(
            source.choice(
                [
                    lambda a=a, b=b: a + b,
                    lambda a=a, b=b: a - b,
                    lambda a=a, b=b: a * b if abs(a.data * b.data) < 1e6 else a - b,
                    lambda a=a, b=b: a / b if abs(b.data) > 0.1 else a + b,
                    lambda a=a: a**2 if abs(a.data) < 1e3 else -a,
                    lambda a=a: a**-1 if abs(a.data) > 0.1 else a + 1,
                    lambda a=a: -a,
                    lambda a=a: a.relu(),
                    lambda a=a, number=number: number * a,
                    lambda a=a, number=number: number - a,
                    lambda a=a, number=number: a + number,
                    lambda a=a, number=number: number / a if abs(a.data) > 0.1 else a * number,
                ]
            )()
        )
    output = values[0]
    for value in values[1:]:
        output = output + value
    output.backward()
    return output.data, [leaf.grad for leaf in leaves]


def agree_on(seeds: range) -> None:
    micrograd = pytest.importorskip("micrograd.engine")
    for seed in seeds:
        value, slopes = random_result(Tensor, seed)
        expected, expected_slopes = random_result(micrograd.Value, seed)
        assert value == pytest.approx(expected, rel=1e-12, abs=1e-9), seed
        assert slopes == pytest.approx(expected_slopes, rel=1e-12, abs=1e-9), seed


def test_random_programs_have_its_values_and_gradients() -> None:
    agree_on(range(150))


@pytest.mark.campaign
def test_two_thousand_random_programs_have_its_values_and_gradients() -> None:
    agree_on(range(2_000))
