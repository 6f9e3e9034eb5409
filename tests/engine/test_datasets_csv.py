"""CSV files, good ones and all the ways in which they are not."""

import re
from pathlib import Path

import pytest

from engine import tables
from engine.tables import DataError, csv


@pytest.fixture
def write(tmp_path: Path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "flowers.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_numbers_with_a_header(write) -> None:
    data = csv(write("height,width,size\n1,2,3.5\n-4,5e1,6\n"))
    assert data.name == "flowers.csv"
    assert data.rows() == [([1.0, 2.0], 3.5), ([-4.0, 50.0], 6.0)]
    assert data.columns == ["height", "width", "size"]
    assert data.labels is None


def test_the_target_can_be_any_column_or_several(write) -> None:
    path = write("a,b,c\n1,2,3\n4,5,6\n")
    assert csv(path, target="b").rows() == [([1.0, 3.0], 2.0), ([4.0, 6.0], 5.0)]
    several = csv(path, target=["a", "c"])
    assert several.rows()[0] == ([2.0], [1.0, 3.0])
    assert several.outputs == 2
    assert several.columns == ["b", "a", "c"]


def test_text_targets_become_class_numbers(write) -> None:
    data = csv(write("x,kind\n1,setosa\n2, virginica\n3,setosa\n4,iris\n"))
    assert data.class_names == ["iris", "setosa", "virginica"]
    assert [target for _, target in data] == [1.0, 2.0, 1.0, 0.0]
    assert data.classes == 3
    two = csv(write("x,kind\n1,no\n2,yes\n"))
    assert two.labels == (0.0, 1.0)
    assert csv(write("x,y\n1,-1\n2,1\n")).labels == (-1.0, 1.0)


def test_skip_and_scale(write) -> None:
    path = write("id,x,y\na7,1,0\nb9,3,1\n")
    assert csv(path, skip="id").rows() == [([1.0], 0.0), ([3.0], 1.0)]
    assert csv(path, skip=["id"], scale=True).rows() == [([-1.0], 0.0), ([1.0], 1.0)]
    assert csv(write("made by hand\nx,y\n1,2\n2,2\n"), skip=1)[0] == ([1.0], 2.0)
    assert csv(write("x,z,y\n1,5,0\n3,5,1\n"), scale=True)[0] == ([-1.0, 0.0], 0.0)


def test_other_separators_marks_and_line_ends(write) -> None:
    assert csv(write("a;b\r\n1;2\r\n"))[0] == ([1.0], 2.0)
    assert csv(write("a\tb\n1\t2\n"))[0] == ([1.0], 2.0)
    assert csv(write("\ufeffa,b\n\n1,2\n\n"))[0] == ([1.0], 2.0)
    assert csv(write('"a, really",b\n"1","2"\n')).columns == ["a, really", "b"]


@pytest.mark.parametrize(
    ("content", "row", "column", "message"),
    [
        ("", None, None, "empty"),
        ("\n\n", None, None, "empty"),
        ("a,b\n", None, None, "no rows"),
        ("a,b\n1,2\n3,\n", 3, "b", "line 3: the value of 'b' is missing"),
        ("a,b\n1,2\n\n ,4\n", 4, "a", "line 4: the value of 'a' is missing"),
        ("a,b\n1,2\n3,4,5\n", 3, None, "line 3 has 3 cells, the header has 2"),
        ("a,b\n1,2\n3\n", 3, None, "line 3 has 1 cells"),
        ("a,b\n1,2\nx,4\n", 3, "a", "line 3: 'x' in 'a' is no number"),
        ("a,b\n1,2\n3,x\n", 3, "b", "line 3: 'x' in 'b' is no number"),
        ("a,b\n1,2\n3,inf\n", 3, "b", "not finite"),
        ("a,b\n1,yes\n3,\n", 3, "b", "missing"),
        ("a,b\n1,yes\n3,yes\n", None, "b", "'yes' in every row"),
        ("a,a\n1,2\n", 1, "a", "two columns called 'a'"),
        ("a,\n1,2\n", 1, None, "column 2 has no name"),
        ("1,2\n3,4\n", 1, None, "numbers where the names"),
        ("b\n1\n", None, None, "no column left"),
        (b"\x89PNG\r\n\x1a\n\xff\xd8", 1, None, "not a text file"),
        (b"a,b\n1,2\n3,\x00\n", 3, None, "not a text file"),
        ('a,b\n1,"' + "9" * 200_000 + '"\n', 2, None, "field"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(write, content, row, column, message) -> None:
    with pytest.raises(DataError, match=message) as caught:
        csv(write(content))
    assert (caught.value.row, caught.value.column) == (row, column)


def test_an_unknown_column_lists_those_there_are(write) -> None:
    path = write("a,b\n1,2\n")
    with pytest.raises(DataError, match="no column 'c'; it has a, b"):
        csv(path, target="c")
    with pytest.raises(DataError, match="no column 'id'"):
        csv(path, skip="id")


def test_a_file_that_is_too_large_is_not_read(write, monkeypatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_FILE", 1_000_000)
    with pytest.raises(DataError, match="larger than 1 MB"):
        csv(write("a,b\n" + "1,2\n" * 250_000))


def test_a_file_that_is_not_there_is_an_os_error(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        csv(tmp_path / "nothing.csv")


def test_decimal_commas_between_semicolons_or_tabs(write) -> None:
    spreadsheet = write("höhe;breite;ziel\r\n1,5;-2;0,25\r\n1,234;,5;1e3\r\n2;1,5e-3;7\r\n")
    assert csv(spreadsheet).rows() == [
        ([1.5, -2.0], 0.25),
        ([1.234, 0.5], 1000.0),
        ([2.0, 0.0015], 7.0),
    ]
    assert csv(write("a\tb\n0,123\t1\n")).rows() == [([0.123], 1.0)]
    assert csv(write('a;b\n"1,5";"2"\n')).rows() == [([1.5], 2.0)]
    kinds = csv(write("x;kind\n1,5;rot, hell\n2,5;blau\n"))
    assert kinds.class_names == ["blau", "rot, hell"]
    assert kinds.rows() == [([1.5], 1.0), ([2.5], 0.0)]


def test_what_a_spreadsheet_says_of_its_separator_is_taken(write) -> None:
    assert csv(write("sep=;\r\na,x;b\r\n1,5;2\r\n"))[0] == ([1.5], 2.0)
    with pytest.raises(DataError, match="line 4: 'x' in 'a' is no number") as caught:
        csv(write('"sep=;"\na;b\n1;2\nx;2\n'))
    assert caught.value.row == 4


@pytest.mark.parametrize(
    ("content", "message", "row"),
    [
        ("a;b\n1;2\n1,234;2\n", "line 3: '1,234' in 'a' may be 1.234 or 1234", 3),
        ("a;b\n1,5;2\n1.5;2\n", "line 2: '1,5' in 'a' has a decimal comma, '1.5' in line 3", 2),
        ("a;b\n1.5;2\n2;0,25\n", "line 3: '0,25' in 'b' has a decimal comma, '1.5' in line 2", 3),
        ("a;b\n1,5;2\n1.234,5;2\n", "line 3: '1.234,5' in 'a' is no number", 3),
        ("a;b\n1,234,567;2\n", "line 2: '1,234,567' in 'a' is no number", 2),
        ('a,b\n"1,5",2\n', "line 2: '1,5' in 'a' is no number", 2),
        ("a;b\n1.000;2\n12.500;850\n", "line 2: '1.000' in 'a' may be 1.0 or 1000", 2),
        ("a;b\n-1.000;2\n", "line 2: '-1.000' in 'a' may be -1.0 or -1000", 2),
    ],
)
def test_commas_in_numbers_that_are_not_clear(write, content, message, row) -> None:
    with pytest.raises(DataError) as caught:
        csv(write(content))
    assert str(caught.value).startswith(message)
    assert caught.value.row == row


def test_a_column_that_is_left_out_has_no_say_in_the_decimals(write) -> None:
    path = write("id;x;y\n1.5;0,5;2\n2.5;1,5;3\n")
    assert csv(path, skip="id").rows() == [([0.5], 2.0), ([1.5], 3.0)]


def test_points_that_are_clearly_decimal_are_read(write) -> None:
    assert csv(write("a;b\n1.000;0.5\n")).rows() == [([1.0], 0.5)]
    assert csv(write("a;b\n0.125;2\n")).rows() == [([0.125], 2.0)]
    assert csv(write("a,b\n1.000,2\n")).rows() == [([1.0], 2.0)]
    assert csv(write("a\tb\n1.000\t2\n")).rows() == [([1.0], 2.0)]
    assert csv(write("a;b;id\n1;2;1.000\n"), skip="id", target="b").rows() == [([1.0], 2.0)]


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("a;b\n1.000;2\n", "`1000`; if these are decimals, .*: `1,0000`"),
        ("a;b\n1.000;0,5\n", "write thousands plainly: `1000`; else write all decimals"),
        ("a;b\n1,5;2\n1.234,5;2\n", "leave the points between thousands out: `1234,5`"),
        ('a,b\n"1,234,567.5",2\n', "leave the commas between thousands out: `1234567.5`"),
        ("a;b\n1.234.567;2\n", "leave the points between thousands out: `1234567`"),
        ("a,a\n1,2\n", "another name in line 1"),
        ("a,\n1,2\n", "a name there in line 1"),
        ("1;2;3\n4;5;6\n", "put a line before it that names them: `x1;x2;y`"),
    ],
)
def test_advice_says_what_to_write_in_the_file(write, content, advice) -> None:
    with pytest.raises(DataError) as caught:
        csv(write(content))
    assert re.search(advice, caught.value.advice)
