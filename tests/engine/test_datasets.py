"""The built-in data sets and written-out rows."""

from inspect import signature
from math import cos, pi, sin
from random import Random

import pytest

from engine import randomness
from engine.datasets import (
    DATASETS,
    blobs,
    circles,
    line,
    majority,
    moons,
    parity,
    sine,
    spirals,
    target_generator,
    xor,
)
from engine.tables import DataError, as_dataset, from_rows
from engine.tensor import Tensor


def test_majority_has_all_rows_and_the_commoner_bit() -> None:
    data = majority()
    assert (data.width, data.outputs, data.generated, data.classes) == (5, 1, True, 2)
    rows = data.evaluation_rows()
    assert len(data) == len(rows) == 32
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert rows[0] == ([0.0] * 5, 0.0)
    assert rows[0b00111] == ([0.0, 0.0, 1.0, 1.0, 1.0], 1.0)
    for bits, target in rows:
        assert target == float(bits.count(1.0) > bits.count(0.0))


def test_signed_inputs_and_labels_are_independent() -> None:
    data = majority(3, inputs="signed", labels="signed")
    assert data.labels == (-1.0, 1.0)
    for bits, target in data:
        assert target == (1.0 if sum(bits) > 0 else -1.0)
    assert majority(3, inputs="signed")[0] == ([-1.0] * 3, 0.0)
    with pytest.raises(ValueError, match="labels is binary or signed"):
        majority(labels="ternary")
    with pytest.raises(ValueError, match="inputs is binary or signed"):
        parity(inputs="ternary")


def test_draws_are_fresh_uniform_and_of_the_given_stream_only() -> None:
    data = majority()
    before = randomness.default_stream().getstate()
    rows = data.draw(6400, Random(4))
    assert randomness.default_stream().getstate() == before
    counts = [sum(row[0] == wanted[0] for row in rows) for wanted in data]
    assert min(counts) > 130
    assert max(counts) < 270
    assert data.draw(10, Random(4)) == rows[:10]
    assert data.draw(10, Random(5)) != rows[:10]


def test_wide_bit_sets_are_tested_on_a_thousand_fixed_rows() -> None:
    data, again = majority(101), majority(101)
    before = randomness.default_stream().getstate()
    assert len(data.evaluation_rows()) == 1000
    assert data.evaluation_rows() == again.evaluation_rows()
    assert randomness.default_stream().getstate() == before
    for bits, target in data.draw(50, Random(1)):
        assert len(bits) == 101
        assert target == float(sum(bits) > 50)


def test_widths_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="odd number"):
        majority(4)
    with pytest.raises(ValueError, match="at least 1"):
        parity(0)
    with pytest.raises(ValueError, match="whole number"):
        majority(2.5)


def test_parity_and_xor() -> None:
    for bits, target in parity(4):
        assert target == sum(bits) % 2
    assert [row[1] for row in xor()] == [0.0, 1.0, 1.0, 0.0]
    assert xor(inputs="signed", labels="signed")[3] == ([1.0, 1.0], -1.0)
    assert not xor().generated


def test_moons_without_noise_are_scikit_learns_points() -> None:
    # sklearn.datasets.make_moons(n_samples=7, shuffle=False), by its formula
    outer = [(cos(pi * i / 2), sin(pi * i / 2), 0.0) for i in range(3)]
    inner = [(1 - cos(pi * i / 3), 0.5 - sin(pi * i / 3), 1.0) for i in range(4)]
    rows = sorted((x, y, target) for (x, y), target in moons(7, noise=0, random=Random(1)))
    for row, expected in zip(rows, sorted(outer + inner), strict=True):
        assert row == pytest.approx(expected, abs=1e-15)


def test_circles_have_their_radii() -> None:
    for (x, y), target in circles(31, noise=0, factor=0.3):
        assert (x * x + y * y) ** 0.5 == pytest.approx(0.3 if target else 1.0)


def test_spirals_are_two_arms_turned_by_half_a_circle() -> None:
    data = spirals(20, noise=0)
    low = {(round(x, 9), round(y, 9)) for (x, y), target in data if target == 0}
    high = {(round(-x, 9), round(-y, 9)) for (x, y), target in data if target == 1}
    assert low == high
    assert len(low) == 10


def test_blobs_lie_around_their_centres() -> None:
    data = blobs(90, classes=3, noise=0)
    assert data.classes == 3
    assert data.labels is None
    for (x, y), k in data:
        assert (x, y) == pytest.approx((2 * cos(2 * pi * k / 3), 2 * sin(2 * pi * k / 3)))
    assert sorted(target for _, target in data).count(2.0) == 30
    assert blobs(10, 2, labels="signed").labels == (-1.0, 1.0)
    with pytest.raises(ValueError, match="two classes"):
        blobs(10, 3, labels="signed")
    with pytest.raises(ValueError, match="at least 3 points"):
        blobs(2, 3)


def test_sine_and_line() -> None:
    for (x,), y in sine(9, noise=0):
        assert y == sin(x)
    rows = line(5, slope=3, intercept=-1, noise=0).rows()
    assert rows[0] == ([-1.0], -4.0)
    assert rows[-1] == ([1.0], 2.0)
    assert line().labels is None
    assert line().classes is None


def test_noise_is_normal_with_the_given_deviation() -> None:
    errors = [y - 2 * x - 1 for (x,), y in line(4000, noise=0.5, random=Random(0))]
    spread = (sum(e * e for e in errors) / len(errors)) ** 0.5
    assert spread == pytest.approx(0.5, rel=0.05)
    with pytest.raises(ValueError, match="standard deviation"):
        moons(noise=-1)


@pytest.mark.parametrize("name", list(DATASETS))
def test_every_set_repeats_with_its_seed_and_describes_itself(name: str) -> None:
    randomness.seed(11)
    first = DATASETS[name]()
    rows = first.draw(40)
    randomness.seed(11)
    second = DATASETS[name]()
    assert second.rows() == first.rows()
    assert second.draw(40) == rows
    assert first.name == name
    assert len(first.columns) == first.width + first.outputs
    assert name in repr(first)
    inputs, target = first[0]
    assert len(inputs) == first.width
    assert isinstance(target, float)
    assert first[-1] == list(first)[-1]
    assert len(first[0:3]) == 3
    with pytest.raises(IndexError, match="there is no"):
        first[10_000]


def test_split_parts_are_disjoint_and_complete() -> None:
    data = moons(50, random=Random(1))
    part, rest = data.split(0.8, Random(2))
    assert (len(part), len(rest)) == (40, 10)
    assert sorted(part.rows() + rest.rows()) == sorted(data.rows())
    assert part.labels == data.labels
    bits, others = majority(3).split(0.5, Random(1))
    assert not bits.generated
    assert len(bits) + len(others) == 8
    assert [len(p) for p in xor().split(0.01)] == [1, 3]
    for share in (0, 1, -0.5, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            data.split(share)
    with pytest.raises(ValueError, match="one row"):
        data[0:1].split(0.5)


def test_target_generator_gives_tensors() -> None:
    for _ in range(50):
        x, y = target_generator()
        assert all(isinstance(bit, Tensor) for bit in x)
        assert len(x) == 5
        assert y.data == float(sum(bit.data for bit in x) > 2)


def test_written_out_rows() -> None:
    data = as_dataset([[[0, 0], 0], [[0, 1], 1], [[1, 0], 1.0], [[1, 1], Tensor(0)]])
    assert (data.width, data.outputs, data.classes, data.labels) == (2, 1, 2, (0.0, 1.0))
    assert data[1] == ([0.0, 1.0], 1.0)
    numbers = from_rows([[1, 2.5], [2, 3.5]])
    assert numbers[0] == ([1.0], 2.5)
    assert numbers.labels is None
    assert from_rows([[[1], [0, 1]], [[2], [1, 0]]]).outputs == 2
    assert as_dataset(data) is data


@pytest.mark.parametrize(
    ("rows", "row", "message"),
    [
        ([], None, "no rows"),
        ("text", None, "list of rows"),
        ([[[0, 0], 0], [[0], 1]], 2, "row 2 has 1 inputs, row 1 has 2"),
        ([[[0], 0], [[0], [1, 2]]], 2, "row 2 has 2 targets"),
        ([[[0, 0], 0], [0, 1, 2]], 2, "row 2 is not of the form"),
        ([[["a"], 0]], 1, "'a' in the inputs is not a number"),
        ([[[0], None]], 1, "None in the target is not a number"),
        ([[[float("nan")], 0]], 1, "not finite"),
        ([[[], 0]], 1, "no inputs"),
    ],
)
def test_rows_that_cannot_be_data_say_where(rows: object, row: int | None, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        from_rows(rows)
    assert caught.value.row == row


@pytest.mark.parametrize("n", [1, 2, 3, 4, 11])
@pytest.mark.parametrize("name", DATASETS)
def test_every_number_is_a_float(name: str, n: int) -> None:
    options = {"n": n} if "n" in signature(DATASETS[name]).parameters else {}
    try:
        data = DATASETS[name](**options)
    except ValueError:  # a set that cannot be so small, or needs an odd number
        return
    for inputs, target in [*data, *data.draw(5, Random(1)), *data.evaluation_rows()]:
        targets = target if isinstance(target, list) else [target]
        assert {type(number) for number in [*inputs, *targets]} == {float}
