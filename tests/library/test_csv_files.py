"""CSV files in programs: what is wrong with one is told with its row."""

from pathlib import Path
from random import Random

import pytest

from grammar.source import Source
from minitorch_shell.command_line.cli import run
from minitorch_shell.interpreter.interpreter import Interpreter
from minitorch_shell.results import records as results
from minitorch_shell.results.records import Collector, Problem, Result, Table, Value

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

# Mean and standard deviation of Fisher's measurements, for each species.
SPECIES = {
    "setosa": [(5.01, 0.35), (3.43, 0.38), (1.46, 0.17), (0.25, 0.11)],
    "versicolor": [(5.94, 0.52), (2.77, 0.31), (4.26, 0.47), (1.33, 0.20)],
    "virginica": [(6.59, 0.64), (2.97, 0.32), (5.55, 0.55), (2.03, 0.27)],
}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def error_of(call: str) -> Problem:
    """The one error of a program that is a call of `csv`."""
    collector = Collector()
    assert not Interpreter(collector).run(Source("<command>", call))
    [problem] = collector.results
    assert isinstance(problem, Problem)
    assert problem.place is not None
    return problem


def test_flowers_are_told_apart_by_five_lines(capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(1)
    lines = [
        ",".join([*(f"{random.gauss(mean, spread):.1f}" for mean, spread in columns), name])
        for name, columns in SPECIES.items()
        for _ in range(50)
    ]
    header = "sepal_length,sepal_width,petal_length,petal_width,species"
    Path("iris.csv").write_text("\n".join([header, *lines]))
    Path("iris.mt").write_text(
        'iris = csv("iris.csv", target="species", scale=true)\n'
        "learn, check = split(iris, 0.7)\n"
        "net = linear(4,?) relu linear(8,3) softmax\n"
        "train learn epochs=60\n"
        "print accuracy(net, check)\n"
    )
    assert run(["iris.mt"]) == 0
    assert float(capsys.readouterr().out.splitlines()[-1]) > 0.9


def test_the_example_with_flowers_learns_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(EXAMPLES / "flowers.mt")]) == 0
    report = capsys.readouterr().out
    right, all_rows = report.split("accuracy ")[2].split()[0].split("/")
    assert int(right) > 0.9 * int(all_rows)


@pytest.mark.parametrize(
    ("content", "call", "message"),
    [
        ("a,b,c\n1,2,x\n3,,y\n", 'csv("f.csv")', "f.csv, line 3: the value of 'b' is missing"),
        ("a,b,c\n1,2,x\n3,4,\n", 'csv("f.csv")', "f.csv, line 3: the value of 'c' is missing"),
        ("a,b,c\n1,2,x\n\n3,y\n", 'csv("f.csv")', "f.csv, line 4 has 2 cells, the header has 3"),
        ("a,b\n1,2\n", 'csv("f.csv", target="d")', "f.csv has no column 'd'; it has a, b"),
        ("a,b\n1,2\n", 'csv("f.csv", skip="d")', "f.csv has no column 'd'; it has a, b"),
        ("", 'csv("f.csv")', "f.csv is empty"),
        ("a,b\n", 'csv("f.csv")', "f.csv has a header but no rows"),
        ("1,2\n3,4\n", 'csv("f.csv")', "f.csv has numbers where the names of the columns"),
        ("a,b\n1,2\nx,3\n", 'csv("f.csv")', "f.csv, line 3: 'x' in 'a' is no number"),
        ("a,b\n1,2\nnan,3\n", 'csv("f.csv")', "f.csv, line 3: nan in 'a' is not finite"),
        ("a,b\n1,2\n\0,3\n", 'csv("f.csv")', "f.csv is not a text file (line 3)"),
        (b"a,b\n1,2\n\xff\xfe\x80", 'csv("f.csv")', "f.csv is not a text file in UTF-8 (line 3)"),
    ],
)
def test_files_that_are_no_good(content: str | bytes, call: str, message: str) -> None:
    Path("f.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    problem = error_of(call)
    assert problem.code == "MT509"
    assert problem.message.startswith(message)
    assert problem.help


def test_a_file_of_200_mb_is_refused_unread() -> None:
    with Path("f.csv").open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(200_000_000)
    assert error_of('csv("f.csv")').message == "f.csv is larger than 10 MB"


@pytest.mark.parametrize(
    ("content", "help"),
    [
        ("a;b\n1,234;2\n", "write decimals with a point, and thousands plainly: `1234`"),
        ("a;b\n1,5;2.5\n", "write all decimals with a point, or all with a comma"),
        ("größe;b\n1;2\n".encode("cp1252"), "save it anew in UTF-8; spreadsheets call that"),
    ],
)
def test_what_to_do_with_a_file_of_a_spreadsheet(content: str | bytes, help: str) -> None:
    Path("f.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    problem = error_of('csv("f.csv")')
    assert problem.code == "MT509"
    assert problem.help[0].startswith(help)


@pytest.mark.parametrize("seed", range(20))
def test_junk_is_refused_in_words(seed: int) -> None:
    Path("f.csv").write_bytes(Random(seed).randbytes(2_000))
    assert error_of('csv("f.csv")').code == "MT509"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ('csv("nix.csv")', "MT601"),
        ('csv(".")', "MT602"),
        ("csv(3)", "MT302"),
        ('csv("f.csv", target=3)', "MT302"),
        ('csv("f.csv", skip=["a", 3])', "MT302"),
        ('csv("f.csv", scale=2)', "MT302"),
        ('csv("f.csv", skip=1.5)', "MT308"),
    ],
)
def test_wrong_arguments(call: str, code: str) -> None:
    Path("f.csv").write_text("a,b\n1,2\n")
    assert error_of(call).code == code


def test_columns_and_lines_are_skipped() -> None:
    Path("f.csv").write_text("about this file\na;b;c\n1;2;3\n4;5;6\n")
    collector = Collector()
    Interpreter(collector).run(
        Source("<command>", 'd = csv("f.csv", skip=1)\nd[0]\ncsv("f.csv", skip=1, target="a")[1]')
    )
    first, second = collector.results
    assert isinstance(first, Value)
    assert isinstance(second, Value)
    assert first.items == ([[1.0, 2.0], 3.0],)
    assert second.items == ([[5.0, 6.0], 4.0],)


def kinds_of_flowers(after: str) -> list[Result]:
    """What a program yields that reads a file of four flowers, setosa twice, as `d`."""
    Path("f.csv").write_text(
        "length;width;kind\n1,4;0,2;setosa\n4,7;1,4;versicolor\n6;2,5;virginica\n1,5;0,1;setosa\n"
    )
    collector = Collector()
    assert Interpreter(collector).run(Source("<command>", f'd = csv("f.csv")\n{after}'))
    return collector.results


def test_classes_are_shown_by_their_names_and_stay_numbers() -> None:
    table, row = kinds_of_flowers("show d\nd[1]")
    assert isinstance(table, Table)
    assert [cells[-1] for cells in table.rows] == ["setosa", "versicolor", "virginica", "setosa"]
    assert isinstance(row, Value)
    assert row.items == ([[4.7, 1.4], 1.0],)


def test_the_rows_of_a_test_name_their_classes() -> None:
    *_, report = kinds_of_flowers("net = linear(2,3) softmax with seed=1\ntest d")
    assert isinstance(report, results.TestReport)
    names = ("setosa", "versicolor", "virginica")
    assert report.classes == names
    for _, target, said, right in report.predictions:
        assert target in names
        assert said in names
        assert right == (target == said)
    assert sum(bool(right) for *_, right in report.predictions) == report.correct


def test_one_number_for_three_names_stays_a_number() -> None:
    *_, report = kinds_of_flowers("net = linear(2,1)\ntest d")
    assert isinstance(report, results.TestReport)
    assert [target for _, target, *_ in report.predictions][:2] == ["setosa", "versicolor"]
    assert all(isinstance(said, float) for _, _, said, _ in report.predictions)


def notes_on(program: str) -> list[str]:
    return [
        f"{result.code} {result.message}"
        for result in kinds_of_flowers(program)
        if isinstance(result, Problem)
    ]


def test_a_single_output_for_several_classes_is_noted() -> None:
    assert notes_on("net = linear(2,1)\ntrain d epochs=2") == [
        "MT515 f.csv has 3 classes (setosa, versicolor, virginica), but the network gives one "
        "number: this was a regression on the class numbers 0 to 2"
    ]
    assert notes_on("net = linear(2,3) softmax\ntrain d epochs=2") == []
    assert notes_on("net = linear(2,1)\ntrain xor epochs=2") == []
    assert notes_on("net = linear(1,1)\ntrain sine epochs=2") == []
