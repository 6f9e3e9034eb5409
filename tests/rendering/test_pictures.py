"""A picture is data like any result: as text it says what is to be seen, as JSON all of it."""

import json

from minitorch_shell.rendering.json import line
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Label, Picture, Stroke

PARABOLA = Picture(
    "f(x) = x^2",
    x=(-1.0, 1.0),
    y=(0.0, float("inf")),
    strokes=(Stroke(((-1.0, 1.0), (0.0, 0.0), (1.0, 1.0)), "curve"),),
    labels=(Label((0.0, 0.0), "the lowest \x1b[31m point", "mark"),),
    description=("falls to 0 at x = 0", "rises on both sides"),
    kind="plot",
)


def test_as_text_it_is_told_in_words() -> None:
    assert result_lines(PARABOLA, Style()) == [
        "f(x) = x^2", "falls to 0 at x = 0", "rises on both sides",
    ]  # fmt: skip
    narrow = result_lines(PARABOLA, Style(columns=12))
    assert max(map(len, narrow)) <= 12
    assert result_lines(PARABOLA._replace(title="", description=()), Style()) == []


def test_as_json_it_is_whole_and_strict() -> None:
    text = line(PARABOLA)
    record = json.loads(text)
    assert record["kind"] == "picture"
    assert record["place"] is None
    assert record["data"] == {
        "title": "f(x) = x^2",
        "x": [-1.0, 1.0],
        "y": [0.0, "inf"],
        "strokes": [
            {"points": [[-1.0, 1.0], [0.0, 0.0], [1.0, 1.0]], "role": "curve", "closed": False}
        ],
        "labels": [{"at": [0.0, 0.0], "text": "the lowest \x1b[31m point", "role": "mark"}],
        "description": ["falls to 0 at x = 0", "rises on both sides"],
        "topic": "plot",
    }
    assert "\x1b" not in text
