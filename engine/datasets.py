"""Data sets: rows of inputs with a target, in plain lists, each drawn from its own stream.

There are two kinds. A finite set (`moons`, a file) has its rows once and for all. A generated one
(`majority`, `parity`) draws as many fresh rows as it is asked for. Both are made by a function
named after the set; `DATASETS` lists them. Files and written-out rows: engine/tables.py.
`digits` and `iris` were not computed but collected, and lie in engine/data.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import cos, pi, sin
from random import Random
from typing import overload

from engine import collected
from engine.randomness import stream_or_default
from engine.tensor import Tensor

Row = tuple[list[float], float | list[float]]
Labels = tuple[float, float]

ALL_ROWS_UP_TO = 10  # bit sets as wide as this are tested on all 2^n rows,
FIXED_ROWS = 1000  # wider ones on this many rows that are always the same
LABELS: dict[str, Labels] = {"binary": (0.0, 1.0), "signed": (-1.0, 1.0)}


class Dataset:
    """Rows (inputs, target) and what is known about them.

    `width`      inputs a row
    `outputs`    targets a row
    `generated`  whether training draws fresh rows
    `classes`    how many classes there are, None for regression
    `labels`     (low, high): the two targets of a two-class set, else None
    `columns`    names of the inputs, then of the targets
    """

    generated = False

    def __init__(
        self,
        name: str,
        rows: Sequence[Row],
        classes: int | None = None,
        labels: Labels | None = None,
        columns: Sequence[str] = (),
        class_names: Sequence[str] = (),
    ) -> None:
        if not rows:
            raise ValueError(f"{name} has no rows")
        self.name = name
        self._rows = list(rows)
        inputs, target = self._rows[0]
        self.width = len(inputs)
        self.outputs = len(target) if isinstance(target, list) else 1
        self.classes = classes
        self.labels = labels
        self.columns = list(columns) or [f"x{i + 1}" for i in range(self.width)] + (
            ["y"] if self.outputs == 1 else [f"y{i + 1}" for i in range(self.outputs)]
        )
        self.class_names = list(class_names)

    def rows(self) -> list[Row]:
        """The rows that iteration, testing and plotting use. Not to be changed in place."""
        return self._rows

    def evaluation_rows(self) -> list[Row]:
        """The same rows every time, without touching any random stream."""
        return self.rows()

    def draw(self, count: int, random: Random | None = None) -> list[Row]:
        """`count` rows at random; from a finite set each time one of all its rows."""
        return stream_or_default(random).choices(self._rows, k=count)

    def split(self, share: float, random: Random | None = None) -> tuple["Dataset", "Dataset"]:
        """Two finite sets, shuffled: `share` of the rows, and the rest, each at least one row.

        Raises ValueError when share is not between 0 and 1 or there are fewer than two rows.
        """
        if not 0 < share < 1:
            raise ValueError(f"the share of a split lies between 0 and 1, got {share!r}")
        rows = list(self.rows())
        if len(rows) < 2:
            raise ValueError(f"{self.name} has one row, which cannot be split")
        stream_or_default(random).shuffle(rows)
        cut = min(max(round(share * len(rows)), 1), len(rows) - 1)
        return self.part(rows[:cut]), self.part(rows[cut:])

    def part(self, rows: list[Row]) -> "Dataset":
        """A finite set of these rows, of the same columns and classes."""
        return Dataset(self.name, rows, self.classes, self.labels, self.columns, self.class_names)

    def __len__(self) -> int:
        return len(self.rows())

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows())

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Dataset": ...
    def __getitem__(self, index: int | slice) -> "Row | Dataset":
        rows = self.rows()
        if isinstance(index, slice):
            return self.part(rows[index])
        if not -len(rows) <= index < len(rows):
            raise IndexError(f"{self.name} has {len(rows)} rows, there is no [{index}]")
        return rows[index]

    def __repr__(self) -> str:
        kind = "generated" if self.generated else f"{len(self)} rows"
        return f"{self.name}: {kind}, {self.width} inputs, {self.outputs} outputs"


class BitSet(Dataset):
    """Random n-bit rows whose target is a function of the bits; every draw is fresh."""

    generated = True

    def __init__(
        self, name: str, width: int, rule: Callable[[int], bool], inputs: str, labels: str
    ) -> None:
        low, high = _labels(inputs, "inputs")
        self._bits = (low, high)
        self._rule = rule
        self._targets = _labels(labels)
        self._wide = width > ALL_ROWS_UP_TO
        random = Random(width)
        words = [random.getrandbits(width) for _ in range(FIXED_ROWS)] if self._wide else []
        rows = [self._row(width, word) for word in (words or range(1 << width))]
        super().__init__(name, rows, 2, self._targets, [f"b{i + 1}" for i in range(width)] + ["y"])

    def _row(self, width: int, word: int) -> Row:
        """The row of `word`, whose highest bit comes first."""
        bits = [self._bits[word >> place & 1] for place in range(width - 1, -1, -1)]
        return bits, self._targets[self._rule(word.bit_count())]

    def draw(self, count: int, random: Random | None = None) -> list[Row]:
        """`count` fresh rows, each bit 0 or 1 with equal chance."""
        bits, width = stream_or_default(random).getrandbits, self.width
        if self._wide:
            return [self._row(width, bits(width)) for _ in range(count)]
        table = self._rows
        return [table[bits(width)] for _ in range(count)]


MOST_ROWS = 10_000_000  # of a set in the plane they take about 4 GB


def _labels(labels: str, option: str = "labels") -> Labels:
    if labels not in LABELS:
        raise ValueError(f"{option} is binary or signed, not {labels!r}")
    return LABELS[labels]


def _count(name: str, value: float, least: int = 1) -> int:
    """`value` as a whole number from `least` to MOST_ROWS, or an error that names it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
        raise ValueError(f"{name} is a whole number, not {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {int(value)}")
    if value > MOST_ROWS:
        raise ValueError(f"{name} must be at most {MOST_ROWS:,}, got {int(value):,}")
    return int(value)


def majority(n: int = 5, inputs: str = "binary", labels: str = "binary") -> Dataset:
    """Random n-bit rows; the target is the commoner bit. ValueError when n is even."""
    n = _count("n", n)
    if n % 2 == 0:
        raise ValueError(f"majority needs an odd number of bits (no ties), got {n}")
    return BitSet("majority", n, lambda ones: 2 * ones > n, inputs, labels)


def parity(n: int = 3, inputs: str = "binary", labels: str = "binary") -> Dataset:
    """Random n-bit rows; the target says whether the number of ones is odd."""
    return BitSet("parity", _count("n", n), lambda ones: ones % 2 == 1, inputs, labels)


def xor(inputs: str = "binary", labels: str = "binary") -> Dataset:
    """The four rows of exclusive or."""
    bits, targets = _labels(inputs, "inputs"), _labels(labels)
    rows = [([bits[a], bits[b]], targets[a ^ b]) for a, b in product((0, 1), repeat=2)]
    return Dataset("xor", rows, 2, targets)


def _spaced(low: float, high: float, count: int) -> list[float]:
    """`count` evenly spaced numbers from low to high, as numpy.linspace gives them."""
    if count < 2:
        return [float(low)] * count
    step = (high - low) / (count - 1)
    return [low + i * step for i in range(count - 1)] + [float(high)]


def _points(
    name: str,
    groups: Sequence[Sequence[tuple[float, float]]],
    targets: Sequence[float],
    noise: float,
    random: Random | None,
) -> Dataset:
    """A set in the plane: one group of points a class, normal noise added, rows shuffled."""
    stream = stream_or_default(random)
    noise = _noise(noise)
    rows: list[Row] = [
        ([x + stream.gauss(0, noise), y + stream.gauss(0, noise)], target)
        for points, target in zip(groups, targets, strict=True)
        for x, y in points
    ]
    stream.shuffle(rows)
    labels = (targets[0], targets[1]) if len(targets) == 2 else None
    return Dataset(name, rows, len(targets), labels)


def _noise(noise: float) -> float:
    if not 0 <= noise < float("inf"):
        raise ValueError(f"noise is a standard deviation, 0 or more, got {noise!r}")
    return float(noise)


def moons(
    n: int = 100, noise: float = 0.1, labels: str = "binary", random: Random | None = None
) -> Dataset:
    """Two interleaved half circles of radius 1, n points in all.

    Source: scikit-learn's make_moons; without noise the points are the same.
    """
    n = _count("n", n, 2)
    outer = [(cos(t), sin(t)) for t in _spaced(0, pi, n // 2)]
    inner = [(1 - cos(t), 1 - sin(t) - 0.5) for t in _spaced(0, pi, n - n // 2)]
    return _points("moons", [outer, inner], _labels(labels), noise, random)


def circles(
    n: int = 100,
    noise: float = 0.05,
    factor: float = 0.5,
    labels: str = "binary",
    random: Random | None = None,
) -> Dataset:
    """A circle of radius 1 (the low label) around one of radius `factor` (the high one).

    Source: scikit-learn's make_circles.
    """
    n = _count("n", n, 2)
    if not 0 <= factor < 1:
        raise ValueError(f"factor is the inner radius, from 0 to below 1, got {factor!r}")
    outer = [(cos(t), sin(t)) for t in _spaced(0, 2 * pi, n // 2 + 1)[:-1]]
    inner = [(factor * cos(t), factor * sin(t)) for t in _spaced(0, 2 * pi, n - n // 2 + 1)[:-1]]
    return _points("circles", [outer, inner], _labels(labels), noise, random)


def spirals(
    n: int = 100,
    noise: float = 0.02,
    turns: float = 1.0,
    labels: str = "binary",
    random: Random | None = None,
) -> Dataset:
    """Two spiral arms around each other, radius growing from 0.1 to 1 over `turns` turns."""
    n = _count("n", n, 2)

    def arm(count: int, start: float) -> list[tuple[float, float]]:
        steps = _spaced(0, 1, count)
        angles = [start + 2 * pi * turns * step for step in steps]
        radii = [0.1 + 0.9 * step for step in steps]
        return [(r * cos(t), r * sin(t)) for r, t in zip(radii, angles, strict=True)]

    groups = [arm(n // 2, 0), arm(n - n // 2, pi)]
    return _points("spirals", groups, _labels(labels), noise, random)


def blobs(
    n: int = 100,
    classes: int = 3,
    noise: float = 0.5,
    labels: str = "binary",
    random: Random | None = None,
) -> Dataset:
    """Round clouds around centres that are evenly spaced on a circle of radius 2.

    Targets are class numbers from 0; two classes can have `labels="signed"`.
    """
    n, classes = _count("n", n), _count("classes", classes, 2)
    if n < classes:
        raise ValueError(f"{classes} classes need at least {classes} points, got {n}")
    if labels != "binary" and classes != 2:
        raise ValueError(f"labels={labels} is for two classes, here are {classes}")
    targets = _labels(labels) if classes == 2 else [float(k) for k in range(classes)]
    groups = []
    for k in range(classes):
        angle = 2 * pi * k / classes
        size = n // classes + (k < n % classes)
        groups.append([(2 * cos(angle), 2 * sin(angle))] * size)
    return _points("blobs", groups, targets, noise, random)


def _curve(
    name: str, xs: Sequence[float], value: Callable[[float], float], noise: float, stream: Random
) -> Dataset:
    noise = _noise(noise)
    return Dataset(name, [([x], value(x) + stream.gauss(0, noise)) for x in xs])


def sine(n: int = 100, noise: float = 0.1, random: Random | None = None) -> Dataset:
    """One period of a sine: x evenly spaced from -pi to pi, target sin(x) plus normal noise."""
    xs = _spaced(-pi, pi, _count("n", n))
    return _curve("sine", xs, sin, noise, stream_or_default(random))


def line(
    n: int = 100,
    slope: float = 2.0,
    intercept: float = 1.0,
    noise: float = 0.1,
    random: Random | None = None,
) -> Dataset:
    """A straight line: x evenly spaced from -1 to 1, slope * x + intercept plus normal noise."""
    xs = _spaced(-1, 1, _count("n", n))
    return _curve("line", xs, lambda x: slope * x + intercept, noise, stream_or_default(random))


def digits() -> Dataset:
    """Real handwritten digits: 1,797 rows of 8 by 8 pixels from 0 (white) to 1, ten classes.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, CC BY 4.0; see engine/data/README.md.
    """
    columns, table = collected.table("digits.csv.gz")
    shades = {str(shade): shade / 16 for shade in range(17)}
    rows: list[Row] = [([shades[pixel] for pixel in row[:-1]], float(row[-1])) for row in table]
    return Dataset("digits", rows, 10, None, columns)


def iris() -> Dataset:
    """Fisher's irises: 150 rows of four measures in cm, three species.

    Source: R. A. Fisher, Iris, UCI Machine Learning Repository, CC BY 4.0; see
    engine/data/README.md.
    """
    columns, table = collected.table("iris.csv")
    species = sorted({row[-1] for row in table})
    rows: list[Row] = [
        ([float(cell) for cell in row[:-1]], float(species.index(row[-1]))) for row in table
    ]
    return Dataset("iris", rows, 3, None, columns, species)


DATASETS: dict[str, Callable[..., Dataset]] = {
    "majority": majority,
    "parity": parity,
    "xor": xor,
    "moons": moons,
    "circles": circles,
    "spirals": spirals,
    "blobs": blobs,
    "sine": sine,
    "line": line,
    "digits": digits,
    "iris": iris,
}


def target_generator(n: int = 5, random: Random | None = None) -> tuple[list[Tensor], Tensor]:
    """One random row of `majority` as tensors: n bits and the commoner one, as in mini-torch."""
    word = stream_or_default(random).getrandbits(n)  # the same draw as a row of `majority`
    bits = [float(word >> place & 1) for place in range(n - 1, -1, -1)]
    return [Tensor(bit) for bit in bits], Tensor(1.0 if 2 * word.bit_count() > n else 0.0)
