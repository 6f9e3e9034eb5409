"""What statements give back: plain data that every front end can show in its own way."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple


class Place(NamedTuple):
    """A stretch of one line of a source: line and column from 1, all counted in characters."""

    file: str
    line: int
    column: int
    length: int
    text: str  # the whole line, for the excerpt


class Fix(NamedTuple):
    """Replace the text at `place` by `text`."""

    place: Place
    text: str


LONGEST_WORD, LONGEST_TEXT = 400, 4_000  # characters of a message; a path may be long
_LONG = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


class Problem(NamedTuple):
    """An error or a note: what, where, what else belongs to it, what to do."""

    severity: Literal["error", "note"]
    code: str
    message: str
    place: Place | None = None
    label: str = ""
    related: tuple[tuple[Place, str], ...] = ()
    help: tuple[str, ...] = ()
    fix: Fix | None = None

    def shortened(self) -> Problem:
        """The same, where a program of huge words is not quoted at full length."""
        texts = (self.message, self.label, *self.help, *(label for _, label in self.related))
        if max(map(len, texts)) <= LONGEST_WORD:
            return self
        return self._replace(
            message=_cut(self.message),
            label=_cut(self.label),
            related=tuple((at, _cut(label)) for at, label in self.related),
            help=tuple(map(_cut, self.help)),
        )


def _cut(text: str) -> str:
    """Its words with a middle left out where they are too long, and no more than a screen of it."""
    if len(text) <= LONGEST_WORD:
        return text
    if len(text) > LONGEST_TEXT:
        text = f"{text[: LONGEST_TEXT - 200]} ... {text[-200:]}"
    return _LONG.sub(lambda found: f"{found[0][:200]}...{found[0][-100:]}", text)


class Description(NamedTuple):
    """A value that is not plain data (network, function, data set), in one line."""

    kind: str
    text: str


# What a value is made of once it has left the interpreter.
Plain = float | int | bool | str | Description | list["Plain"]


class Value(NamedTuple):
    """The value of a bare expression, or what `print` prints: items with a space between.

    `origin` says which of the two it is.
    """

    items: tuple[Plain, ...]
    digits: int = 6
    origin: Literal["expression", "print"] = "expression"


class Table(NamedTuple):
    """Rows under headings, if there are any; `before` and `after` are lines around it.

    `markdown` asks for the form of Markdown where it is shown as text.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    digits: int = 6
    kind: str = "table"
    markdown: bool = False


class Lines(NamedTuple):
    """Text that is shown as it is, line by line (`help`, generated source, `seed random`)."""

    lines: tuple[str, ...]
    kind: str = "text"


class Progress(NamedTuple):
    """One moment of a training run."""

    epoch: int
    epochs: int
    loss: float
    validation_loss: float | None
    losses: list[float]  # all so far, for a curve; not to be changed
    seconds: float
    report: bool  # whether it is one of the moments that are printed where there is no live display
    asked: bool = False  # whether the program says how often (`every=`), so that all print them


class TrainingReport(NamedTuple):
    """How a training run ended. Losses are means over the rows of an epoch."""

    network: str
    data: str
    epochs: int
    first_loss: float
    last_loss: float
    loss_name: str
    test_loss: float  # on the rows that `test` would use, after training
    correct: int | None
    rows: int | None
    score: float | None  # R² of a regression, where there is no accuracy
    stopped: str
    seconds: float
    validation_correct: int | None = None  # of the rows of `validate=`, as `correct` and `score`
    validation_rows: int | None = None
    validation_score: float | None = None
    missed: float | None = None  # the loss of `until=`, where it was not reached
    curve: str = ""  # the losses, drawn by a display that has shown them
    digits: int = 6


class TestReport(NamedTuple):
    """Loss and accuracy of a network on data, and for few rows what it said to each."""

    network: str
    data: str
    rows: int
    loss: float
    loss_name: str
    correct: int | None
    confusion: tuple[tuple[int, ...], ...] = ()
    classes: tuple[str, ...] = ()
    predictions: tuple[tuple[Plain, Plain, Plain, bool | None], ...] = ()
    score: float | None = None
    digits: int = 6


class Stroke(NamedTuple):
    """A line through points, or with `closed` the area within them; `role` says what it stands for.

    Points are (x, y) in the units of the picture, y upwards.
    """

    points: tuple[tuple[float, float], ...]
    role: str
    closed: bool = False


class Label(NamedTuple):
    """A text at a point of a picture."""

    at: tuple[float, float]
    text: str
    role: str


class Picture(NamedTuple):
    """A drawing as data, to be rendered as text, SVG or HTML.

    It spans `x` and `y`, each from its least to its greatest value. `description` says in words
    what is to be seen, for whoever cannot see it.
    """

    title: str
    x: tuple[float, float]
    y: tuple[float, float]
    strokes: tuple[Stroke, ...]
    labels: tuple[Label, ...] = ()
    description: tuple[str, ...] = ()
    kind: str = "picture"


class Mismatch(NamedTuple):
    """Lines that a statement should have printed, from the `#=` in line `line` on, and did not."""

    line: int
    expected: tuple[str, ...]
    got: tuple[str, ...]


class FileReport(NamedTuple):
    """What `--test` found in a file: how many outputs were compared, and which differ."""

    file: str
    passed: bool
    compared: int
    mismatches: tuple[Mismatch, ...] = ()
    errors: int = 0
    readable: bool = True


Result = (
    Value | Table | Lines | Picture | Progress | TrainingReport | TestReport | FileReport | Problem
)


class Collector:
    """A receiver that keeps everything: for tests and for whoever wants the data itself."""

    def __init__(self) -> None:
        self.results: list[Result] = []

    def __call__(self, result: Result) -> None:
        self.results.append(result)
