"""`digits` and `iris`: the real data, where it comes from, and what programs do with it."""

import gzip
import tomllib
from collections import Counter
from fnmatch import fnmatch

import pytest
from command import ROOT, minitorch, python

from engine import collected
from engine.datasets import digits, iris

FILES = ROOT / "engine" / "data"


def test_the_digits_are_those_of_optdigits():
    data = digits()
    assert (len(data), data.width, data.outputs, data.classes) == (1797, 64, 1, 10)
    counts = Counter(target for _, target in data)
    # As the description of the set in the repository counts its test part.
    assert [counts[k] for k in range(10)] == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert {pixel for inputs, _ in data for pixel in inputs} == {shade / 16 for shade in range(17)}
    first = [round(16 * pixel) for pixel in data[0][0]]
    assert first[:8] == [0, 0, 5, 13, 9, 1, 0, 0]
    # A zero is empty in its middle, a one is not.
    middle = [8 * row + column for row in (3, 4) for column in (3, 4)]
    ink = {k: [sum(x[i] for i in middle) for x, y in data if y == k] for k in (0, 1)}
    assert sum(ink[0]) / len(ink[0]) < 0.5 < 2 < sum(ink[1]) / len(ink[1])


def test_the_irises_are_those_of_fishers_paper():
    data = iris()
    assert (len(data), data.width, data.outputs, data.classes) == (150, 4, 1, 3)
    assert data.class_names == ["setosa", "versicolor", "virginica"]
    assert Counter(target for _, target in data) == {0.0: 50, 1.0: 50, 2.0: 50}
    means = [sum(column) / 150 for column in zip(*(x for x, _ in data), strict=True)]
    assert means == pytest.approx([5.843333, 3.057333, 3.758, 1.199333], abs=1e-6)
    # The two rows that are wrong in many copies.
    assert (data[34], data[37]) == (([4.9, 3.1, 1.5, 0.2], 0.0), ([4.9, 3.6, 1.4, 0.1], 0.0))


def test_a_set_is_fresh_each_time():
    changed = digits()
    changed[0][0][0] = 9.0
    assert digits()[0][0][0] == 0.0


def test_the_files_are_small_named_in_the_package_and_say_whence_they_come():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = config["tool"]["setuptools"]["package-data"]["engine"]
    files = [path for path in FILES.iterdir() if path.is_file()]
    assert len(files) == 3
    for path in files:
        assert any(fnmatch(f"data/{path.name}", pattern) for pattern in patterns), path
        assert path.stat().st_size <= 100_000
    about = (FILES / "README.md").read_text()
    for path in files:
        assert path.name == "README.md" or f"`{path.name}`" in about
    assert about.count("https://doi.org/10.24432/") == 2
    assert "CC BY 4.0" in about
    content = gzip.decompress((FILES / "digits.csv.gz").read_bytes()).decode()
    assert content.count("\n") == 1798


def test_they_are_read_when_they_are_used_and_not_before():
    program = (
        "import sys\nsys.path.insert(0, '.')\nfrom engine import collected\n"
        "from minitorch_shell.interpreter.interpreter import Interpreter\n"
        "from grammar.source import Source\n"
        "shown = []\ninterpreter = Interpreter(shown.append)\n"
        "interpreter.run(Source('a', 'net = linear(2,1); train net on xor epochs=1; moons'))\n"
        "print(collected.table.cache_info().currsize)\n"
        "interpreter.run(Source('a', 'len(iris)'))\n"
        "print(collected.table.cache_info().currsize)\n"
    )
    done = python(program)
    assert (done.stdout, done.stderr) == ("0\n1\n", "")


@pytest.mark.parametrize("name", ["digits", "iris"])
def test_help_names_source_and_licence(name):
    text = " ".join(minitorch("-c", f"help {name}").stdout.split())
    assert "UCI repository, CC BY 4.0" in text
    assert f"### `{name}()`" in (ROOT / "docs" / "builtins.md").read_text()


def test_the_table_of_a_wide_set_shows_the_ends_of_its_rows():
    lines = minitorch("-c", "show digits").stdout.splitlines()
    assert lines[0] == "digits: 1,797 rows, 64 inputs, 1 target"
    assert lines[1].split() == [
        *[f"x{k}" for k in range(1, 6)],
        "...",
        "x62",
        "x63",
        "x64",
        "digit",
    ]
    assert len(lines) == 8
    assert lines[-1] == "... and 1,792 more rows"
    assert minitorch("-c", "show iris").stdout.splitlines()[2].split()[-1] == "setosa"


def test_under_safe_they_can_be_read():
    done = minitorch("--safe", "-c", "len(digits); len(iris)")
    assert (done.stdout, done.stderr) == ("1797\n150\n", "")


def test_widths_are_known_before_anything_runs():
    for name, width in (("digits", 64), ("iris", 4)):
        done = minitorch("--check", "-c", f"net = linear(5,3) softmax\ntrain net on {name}")
        assert f"the network takes 5 inputs, {name} has {width}" in done.stderr
    program = "net = linear(64,10) softmax\ntrain net on digits epochs=1\n"
    assert minitorch("--check", "-c", program).returncode == 0


def test_irises_are_learned_split_tested_and_named():
    program = """
part, rest = split(iris, 0.8)
net = linear(4,8) tanh linear(8,3) softmax
train net on part epochs=100 every=last validate=rest
test net on rest
accuracy(net, rest) > 0.9
"""
    lines = minitorch("-c", program).stdout.splitlines()
    assert "(cross_entropy), accuracy 11" in lines[0]
    assert "/120 (validation " in lines[0]
    assert lines[-1] == "true"
    assert any(line.startswith("target versicolor ") for line in lines)


def test_one_output_for_three_species_is_noted_with_their_names():
    done = minitorch("-c", "net = linear(4,8) tanh linear(8,1)\ntrain net on iris epochs=20")
    assert "MT515" in done.stderr
    assert "(setosa, versicolor, virginica)" in done.stderr


@pytest.mark.slow
def test_digits_are_learned_to_95_percent_on_rows_that_were_not_trained_on():
    program = """
part, rest = split(digits, 0.8)
net = linear(64,16) relu linear(16,10) softmax
train net on part epochs=12 optimizer=adam lr=0.005 every=last validate=rest
accuracy(net, rest) >= 0.95
"""
    done = minitorch("-c", program)
    assert done.stdout.splitlines()[-1] == "true", done.stdout


def test_what_is_read_is_kept():
    assert collected.table("iris.csv") is collected.table("iris.csv")
