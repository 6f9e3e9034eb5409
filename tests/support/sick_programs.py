"""Programs with one classical mistake each, and the same programs without it.

A mistake is a way to write a network and a `train` statement for given data; each stands on five
data sets, under other names and with other widths.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """`codes` are the notes that the mistake may have, one of them; "" in a healthy program."""

    title: str
    text: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A data set: how it is written, its width, and how long training takes to learn it."""

    data: str
    width: int
    epochs: int


TWO_CLASSES = (
    Table("xor", 2, 400),
    Table("moons", 2, 60),
    Table("majority", 5, 200),
    Table("circles", 2, 150),
    Table("blobs(n=40, classes=2, noise=0.4)", 2, 40),
)
CURVED = (*TWO_CLASSES[:4], Table("parity(2)", 2, 400))
SEVERAL_CLASSES = (
    Table("blobs", 2, 40),
    Table("blobs(n=60, classes=4)", 2, 60),
    Table("blobs(n=90, classes=3, noise=0.3)", 2, 40),
    Table("blobs(n=50, classes=5, noise=0.2)", 2, 80),
    Table("blobs(n=80, classes=6, noise=0.2)", 2, 80),
)
NAMES = ("net", "m", "model", "brain", "f_net")
WIDTHS = (8, 6, 10, 7, 12)
OTHER = "net = linear(3,3) tanh linear(3,1)"  # another network, which nobody asks about


def _program(
    mistake: str, number: int, table: Table, row: str, options: str, codes: tuple[str, ...]
) -> Program:
    name = NAMES[number]
    before = [] if name == "net" else [OTHER]
    if "(" in table.data and number == 4:  # of a set that is drawn once
        before.append(f"d = {table.data}")
    data = "d" if before and before[-1].startswith("d = ") else table.data
    on = "" if name == "net" else f"{name} on "
    train = f"train {on}{data} {options}".strip()
    return Program(
        f"{mistake} on {table.data}", "\n".join([*before, f"{name} = {row}", train]), codes
    )


def _rows(tables: tuple[Table, ...], mistake: str, row: str, options: str, *codes: str):
    for number, table in enumerate(tables):
        fill = {"w": table.width, "h": WIDTHS[number], "e": table.epochs}
        yield _program(mistake, number, table, row % fill, options % fill, codes)


_TANH = "linear(%(w)d,%(h)d) tanh linear(%(h)d,1)"
_RELU = "linear(%(w)d,%(h)d) relu linear(%(h)d,1)"
_SIGMOID = "linear(%(w)d,%(h)d) sigmoid linear(%(h)d,1)"
_DEEP = "linear(%(w)d,%(h)d) sigmoid" + 3 * " linear(%(h)d,%(h)d) sigmoid" + " linear(%(h)d,1)"

SICK = [
    *_rows(TWO_CLASSES, "a rate too small", _TANH, "epochs=%(e)d lr=1e-6", "MT510"),
    *_rows(TWO_CLASSES, "a rate too large", _TANH, "epochs=%(e)d, lr=30", "MT511", "MT512"),
    *_rows(TWO_CLASSES, "all weights 0", _RELU + " with init=zeros", "epochs=%(e)d", "MT518"),
    *_rows(TWO_CLASSES, "units that are off", _RELU + " with bias=-30", "epochs=%(e)d", "MT514"),
    *_rows(TWO_CLASSES, "saturated units", _SIGMOID + " with bias=60", "epochs=%(e)d", "MT516"),
    *_rows(CURVED, "too many sigmoids", _DEEP, "epochs=%(e)d lr=0.05", "MT517"),
    *_rows(CURVED, "no activation", "linear(%(w)d,%(h)d) linear(%(h)d,1)", "epochs=%(e)d", "MT513"),
    *_rows(SEVERAL_CLASSES, "one output for classes", _RELU, "epochs=%(e)d loss=mse", "MT515"),
]


def _healthy():
    for mistake, tables, row, options in (
        ("a fitting rate", TWO_CLASSES, _TANH, "epochs=%(e)d lr=0.1"),
        ("a larger rate", TWO_CLASSES, _TANH, "epochs=%(e)d, lr=0.2"),
        ("drawn weights", TWO_CLASSES, _TANH + " with init=xavier", "epochs=%(e)d"),
        ("awake units", TWO_CLASSES, _RELU + " with bias=0.3", "epochs=%(e)d lr=0.05"),
        ("steep units", TWO_CLASSES, _SIGMOID, "epochs=%(e)d optimizer=adam lr=0.02"),
        ("one sigmoid", CURVED, _SIGMOID, "epochs=%(e)d optimizer=adam lr=0.05"),
        ("an activation", CURVED, _TANH, "epochs=%(e)d"),
    ):
        yield from _rows(tables, mistake, row, options)
    for number, table in enumerate(SEVERAL_CLASSES):
        classes = (3, 4, 3, 5, 6)[number]
        h = WIDTHS[number]
        row = f"linear({table.width},{h}) relu linear({h},{classes}) softmax"
        title = "one output for each class"
        yield _program(title, number, table, row, f"epochs={table.epochs}", ())


HEALTHY = list(_healthy())
