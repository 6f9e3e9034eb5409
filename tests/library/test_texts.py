"""Strings of values, lines of files, tables: through the command line."""

import json

import pytest
from command import minitorch
from pty_terminal import Terminal

ROWS = 'rows = [["sgd", 0.1, 12], ["adam|x", 0.01234567, true]]\n'


def run(tmp_path, *programs, **options):
    arguments = [part for program in programs for part in ("-c", program)]
    return minitorch(*options.pop("flags", ()), *arguments, cwd=tmp_path, **options)


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("x = 2/3; t = text(x, digits=3); print t, len(t)", "0.667 5"),
        ("x = 2/3; text(x)", "0.666667"),
        ("set digits=3; text(pi)", "3.14"),
        ("text(pi, 17)", "3.141592653589793"),
        ("text([1, true])", "[1.0, true]"),
        ('text("a")', "a"),
        ("text(len([1, 2]))", "2"),
        ("text(linear(2,1))", "linear(2,1): 3 parameters"),
        ("text(table([[1]]))", "1 row"),
        ('join(["a", "b"])', "ab"),
        ('join(["a", "b"], ", ")', "a, b"),
        ('join("abc", "-")', "a-b-c"),
        ('join([], "-")', ""),
        ('join([text(k) for k in range(3)], " ")', "0 1 2"),
    ],
)
@pytest.mark.slow
def test_strings(tmp_path, program, printed):
    done = run(tmp_path, program)
    assert (done.stdout, done.stderr) == (printed + "\n", "")


def test_a_table_is_aligned(tmp_path):
    done = run(tmp_path, ROWS + 'table(rows, columns=["name", "lr", "right"])')
    assert done.stdout.splitlines() == [
        "name    lr         right",
        "sgd     0.1        12.0",
        "adam|x  0.0123457  true",
    ]


@pytest.mark.slow
def test_a_table_without_headings_of_numbers_and_of_data(tmp_path):
    assert run(tmp_path, "table([1, 22])").stdout == "1.0\n22.0\n"
    assert run(tmp_path, "table([[1, 2], [3, 4]])").stdout == "1.0  2.0\n3.0  4.0\n"
    assert run(tmp_path, 'table([], columns=["a", "b"])').stdout == "a  b\n"
    assert run(tmp_path, "table([])").stdout == ""
    assert run(tmp_path, 'table(xor, columns=["x", "y"])').stdout.count("\n") == 5


def test_a_table_as_markdown(tmp_path):
    done = run(tmp_path, "set tables=markdown\n" + ROWS + 'table(rows, columns=["a", "b", "c"])')
    assert done.stdout.splitlines() == [
        "| a | b | c |",
        "| --- | --- | --- |",
        "| sgd | 0.1 | 12.0 |",
        r"| adam\|x | 0.0123457 | true |",
    ]
    bare = run(tmp_path, "set tables=markdown; table([1])").stdout
    assert bare.splitlines() == ["|  |", "| --- |", "| 1.0 |"]
    back = run(tmp_path, "set tables=markdown; set tables=aligned; table([1])").stdout
    assert back == "1.0\n"


def test_a_table_is_a_value_of_the_moment(tmp_path):
    program = 'w = 1; t = table([[w]], columns=["w"]); w := 5; t; print "now", w, t, "end"; show t'
    done = run(tmp_path, program)
    assert done.stdout == "w\n1.0\nnow 5.0\nw\n1.0\nend\nw\n1.0\n"
    assert run(tmp_path, "t = table([[1, 2]]); u = table([[1, 2]]); t == u").stdout == "true\n"
    assert (
        "t     table  2 rows of a" in run(tmp_path, 't = table([1, 2], columns=["a"]); vars').stdout
    )


def test_undo_brings_the_setting_back(tmp_path):
    assert run(tmp_path, "set tables=markdown", "undo", "table([1])").stdout == "1.0\n"


def test_json_has_the_numbers(tmp_path):
    done = run(
        tmp_path, 'set tables=markdown; table([[0.123456789, "a"]], columns=["x", "y"])',
        flags=("--format=json", "--safe"),
    )  # fmt: skip
    [record] = map(json.loads, done.stdout.splitlines())
    assert record["kind"] == "table"
    assert record["data"] == {
        "headings": ["x", "y"], "rows": [[0.123456789, "a"]], "before": [], "after": [],
        "topic": "table",
    }  # fmt: skip


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}])
def test_a_table_fits_the_terminal_and_has_no_colour(tmp_path, variables):
    program = 'table([["a few words that are too long", 1]], columns=["what it is", "x"])'
    with Terminal(tmp_path, "-c", program, columns=24, **variables) as terminal:
        assert terminal.ended() == 0
        assert terminal.lines[:3] == [
            "what it is           x",
            "a few words that     1.0",
            "are too long",
        ]
        assert b"\x1b" not in terminal.received


def test_lines_of_a_file(tmp_path):
    (tmp_path / "names.txt").write_bytes("emma\r\nolivia\n\nzoë\n".encode())
    done = run(tmp_path, 'names = lines("names.txt"); print len(names), names; print names[3]')
    assert done.stdout == "4 [emma, olivia, , zoë]\nzoë\n"
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "open.txt").write_text("a\nb")
    done = run(tmp_path, 'len(lines("empty.txt")); lines("open.txt")')
    assert done.stdout == "0\n[a, b]\n"


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "names.txt").write_text("a\n")
    (tmp_path / "odd.bin").write_bytes(b"\xff\xfe")
    for name, code, part in (
        ("name.txt", "MT601", "did you mean `names.txt`?"),
        ("odd.bin", "MT602", "is not UTF-8 text (line 1)"),
        (".", "MT602", "it is a folder"),
    ):
        done = run(tmp_path, f'lines("{name}")')
        assert done.returncode == 1
        assert code in done.stderr
        assert part in done.stderr


def test_safe_reads_beside_the_script_and_nowhere_else(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("secret\n")
    (inside / "names.txt").write_text("emma\n")
    (inside / "a.mt").write_text('lines("names.txt")\nlines("../secret.txt")\n')
    done = minitorch("--safe", str(inside / "a.mt"), cwd=tmp_path)
    assert done.stdout == "[emma]\n"
    assert "MT606" in done.stderr


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("text(1, digits=0)", "`digits` lies between 1 and 17, not 0"),
        ("text(1, 2.5)", "`digits` must be a whole number, not 2.5"),
        ("join([1, 2])", "`join` takes a list of strings, not a number"),
        ('join(["a"], 3)', "`join` puts a string between strings, not a number"),
        ("join(3)", "`join` takes a list, not a number"),
        ("table(3)", "`table` takes a list, not a number"),
        ("table([[1], [1, 2]])", "row 1 of the table has 2 cells, row 0 has 1"),
        ('table([[1, 2]], columns=["a"])', "row 0 of the table has 2 cells for 1 column named"),
        ("table([[1]], columns=[1])", "`columns` are strings, not a number"),
        ("table([[]])", "row 0 of the table has 0 cells\n"),
        ("lines(3)", "the name of a file is a string, not a number"),
        ("x = table([[1]]) + 1", "`+` cannot combine a table and a number"),
    ],
)
@pytest.mark.slow
def test_what_cannot_be(tmp_path, program, message):
    done = run(tmp_path, program)
    assert done.returncode == 1
    assert message in done.stderr
