"""Lines that fit a terminal: words stay whole, nothing is lost, pipes are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minitorch_shell.rendering.fitting import help_lines, prose
from minitorch_shell.rendering.problems import problem_lines
from minitorch_shell.rendering.style import Style
from minitorch_shell.rendering.table import aligned
from minitorch_shell.rendering.text import result_lines
from minitorch_shell.results.records import Place, Problem, Value

words = st.lists(st.text("abc,.", min_size=1, max_size=11), min_size=1, max_size=30)


@given(words, st.integers(12, 90), st.integers(0, 10))
def test_prose_keeps_its_words_and_fits(text, columns, lead):
    lines = prose(" ".join(text), columns, lead=lead)
    assert " ".join(lines).split() == text
    assert len(lines[0]) + lead <= max(columns, lead + len(text[0]))
    assert all(len(line) <= columns + 2 for line in lines[1:])
    assert prose(" ".join(text), None, lead=lead) == [" ".join(text)]


@given(st.lists(words, min_size=3, max_size=3), st.integers(30, 90))
@pytest.mark.slow
def test_a_table_keeps_its_words_and_fits_where_they_do(cells, columns):
    rows = [["one", "two", "three"], [" ".join(cell) for cell in cells]]
    lines = aligned(rows, columns)
    needed = sum(max(len(w) for w in [*cell, head]) for cell, head in zip(cells, rows[0]))  # noqa: B905
    assert max(map(len, lines)) <= max(columns, needed + 4)
    assert sorted(" ".join(lines).split()) == sorted(" ".join(map(" ".join, rows)).split())
    assert len(aligned(rows)) == 2


@pytest.mark.parametrize(
    ("line", "columns", "shown"),
    [
        ("lr   0.1   the learning rate", 40, ["lr   0.1   the learning rate"]),
        ("zero        gradients to 0", 20, ["zero", "    gradients to 0"]),
        ("a long form here    what it means", 20, ["a long form here", "    what it means"]),
    ],
)
def test_a_line_of_help(line, columns, shown):
    assert help_lines(line, columns) == shown


def test_a_meaning_goes_on_in_its_column():
    line = "until      " + "stop as soon as the loss is this small " * 3
    first, second, *_ = help_lines(line.rstrip(), None)
    assert first.startswith("until      stop as soon")
    assert second.startswith("           ")
    assert second[11] != " "


@given(st.integers(0, 150), st.integers(1, 30), st.integers(20, 120))
def test_carets_stand_below_their_place(column, length, columns):
    text = "".join(chr(ord("a") + n % 26) for n in range(200))
    place = Place("f.mt", 1, column + 1, length, text)
    problem = Problem("error", "MT201", "what is wrong here", place, "a label of some words")
    lines = problem_lines(problem, Style(columns=columns))
    at = next(number for number, line in enumerate(lines) if line.startswith("1 │"))
    assert max(map(len, lines[at:])) <= columns
    excerpt, carets = lines[at][4:], lines[at + 1][4:]
    start = carets.index("^")
    marked = excerpt[start : carets.rindex("^") + 1].removesuffix("…")  # where the line is cut
    assert text[column : column + length].startswith(marked)
    assert excerpt[start] == text[column]
    label = " ".join(line[4:].replace("^", "").strip() for line in lines[at + 1 :])
    assert label.split() == ["a", "label", "of", "some", "words"]


def test_a_list_is_broken_between_its_elements():
    shown = result_lines(
        Value(
            ([0.1234567] * 9, "end"),
        ),
        Style(columns=40),
    )
    assert shown == [
        "[0.123457, 0.123457, 0.123457, 0.123457,",
        " 0.123457, 0.123457, 0.123457, 0.123457,",
        " 0.123457] end",
    ]
    text = "words  that   stand as they were printed, however long the line may be"
    assert result_lines(Value((text,)), Style(columns=40)) == [text]
