"""`--format=json`: one strict record a line, as docs/json.md describes it."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from minitorch_shell.command_line.cli import run
from minitorch_shell.rendering.json import LEFT_OUT
from minitorch_shell.results.records import FileReport, TrainingReport
from minitorch_shell.results.records import TestReport as Report

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```\n\$ minitorch (.*?)\n(.*?)```", PAGE, re.DOTALL)


def records(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    """The records of a run; nothing may stand on standard error, and nothing but strict JSON."""
    run(["--format=json", *arguments])
    out, err = capsys.readouterr()
    assert err == ""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    found = [json.loads(line, parse_constant=refuse) for line in out.splitlines()]
    for record in found:
        assert list(record) == ["kind", "data", "place"]
        if record["place"] is not None:
            assert list(record["place"]) == ["file", "line", "column", "length"]
    return found


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize(("command", "expected"), EXAMPLES)
def test_the_examples_of_the_page(
    capsys: pytest.CaptureFixture[str], command: str, expected: str
) -> None:
    run(shlex.split(command))
    assert capsys.readouterr().out == expected


SECTIONS = {"training": TrainingReport, "test": Report, "file": FileReport}


@pytest.mark.parametrize("kind", SECTIONS)
def test_the_page_lists_every_entry(kind: str) -> None:
    heading = {"training": "progress and training"}.get(kind, kind)
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = "".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    listed = re.findall(r"`(\w+)`", table)
    shown = [json.loads(line) for line in section.splitlines() if line.startswith("{")]
    examples = [record["data"] for record in shown if record["kind"] == kind]
    assert len(examples) == 2
    assert all(set(listed) == set(example) for example in examples)
    assert set(listed) == set(SECTIONS[kind]._fields) - LEFT_OUT


def test_a_score_is_for_regressions_alone() -> None:
    for kind in ("training", "test"):
        found = [json.loads(line) for line in PAGE.splitlines() if line.startswith("{")]
        examples = [record["data"] for record in found if record["kind"] == kind]
        assert {(e["score"] is None, e["correct"] is None) for e in examples} == {
            (True, False),
            (False, True),
        }


@pytest.mark.parametrize(
    ("program", "line", "column"),
    [("x = 1\nsum = 3", 2, 1), ("repeat 1 {\n  x, sum = [1, 2] }", 2, 6), ("sum(x) = 3", 1, 1)],
)
def test_a_name_that_hides_a_built_in_has_its_place(
    capsys: pytest.CaptureFixture[str], program: str, line: int, column: int
) -> None:
    [note] = records(capsys, "-c", program)
    assert note["data"]["code"] == "MT207"
    place = note["place"]
    assert (place["line"], place["column"], place["length"]) == (line, column, 3)


def test_numbers_come_back_to_the_last_bit(capsys: pytest.CaptureFixture[str]) -> None:
    values = "0.1 + 0.2, 1e-300, 0/0, -1/0, len([1]), -0.0, true"
    record = records(capsys, "-c", f"print {values}")[-1]
    assert record["data"]["items"] == [0.1 + 0.2, 1e-300, "nan", "-inf", 1, 0.0, True]
    assert str(record["data"]["items"][5]) == "-0.0"
    assert isinstance(record["data"]["items"][4], int)


def test_text_beyond_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    [record] = records(capsys, "-c", 'print "θ → \\" \\n 🙂"')
    assert record["data"]["items"] == ['θ → " \n 🙂']


def test_places_are_those_of_the_statements(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "f.mt"
    file.write_text("repeat 2 {\n    print 1\n}\n\nx = 5; x; [1,\n 2]\n")
    found = records(capsys, str(file))
    places = [tuple(record["place"].values()) for record in found]
    name = str(file)
    assert places == [(name, 2, 5, 7), (name, 2, 5, 7), (name, 5, 8, 1), (name, 5, 11, 3)]


def test_imported_files_have_their_own_places(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "other.mt").write_text("\nprint 1\n")
    main = tmp_path / "main.mt"
    main.write_text('import "other.mt"\nprint 2\n')
    first, second = records(capsys, str(main))
    assert (first["place"]["file"], first["place"]["line"]) == (str(tmp_path / "other.mt"), 2)
    assert second["place"]["file"] == str(main)


def test_errors_with_further_places(capsys: pytest.CaptureFixture[str]) -> None:
    [record] = records(capsys, "-c", "net = linear(2,3) linear(4,1)")
    assert (record["kind"], record["data"]["code"]) == ("error", "MT301")
    [related] = record["data"]["related"]
    assert related["place"]["column"] == 7
    assert related["label"] == "gives 3"
    assert record["place"]["column"] == 19


def test_a_fix_is_a_change_of_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    text = "alpha = 2; print alpah"
    [record] = records(capsys, "-c", text)
    fix = record["data"]["fix"]
    start = fix["place"]["column"] - 1
    mended = text[:start] + fix["text"] + text[start + fix["place"]["length"] :]
    assert records(capsys, "-c", mended)[0]["data"]["items"] == [2.0]


def test_check_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "f.mt"
    file.write_text("print aa\nprint bb\n")
    found = records(capsys, "--check", str(file))
    assert [record["place"]["line"] for record in found] == [1, 2]


def test_training_and_testing(capsys: pytest.CaptureFixture[str]) -> None:
    found = records(
        capsys, "-c", "net = linear(2,2) relu linear(2,1)", "-c", "train xor epochs=7 every=3",
        "-c", "test xor",
    )  # fmt: skip
    assert [record["data"].get("epoch") for record in found[:4]] == [1, 3, 6, 7]
    training, test = found[4:]
    assert (training["kind"], training["data"]["epochs"]) == ("training", 7)
    assert test["kind"] == "test"
    assert len(test["data"]["predictions"]) == 4
    assert [row[0] for row in test["data"]["predictions"]][1] == [0.0, 1.0]


def test_the_same_program_gives_the_same_records(capsys: pytest.CaptureFixture[str]) -> None:
    program = (
        "net = mlp(2,[4],1); train moons epochs=20; test net on moons; x, y = sample(moons); x"
    )
    assert records(capsys, "-c", program) == records(capsys, "-c", program)


@pytest.mark.parametrize("mode", [[], ["--check"]])
def test_a_file_that_is_missing_is_an_error(
    capsys: pytest.CaptureFixture[str], mode: list[str]
) -> None:
    [record] = records(capsys, *mode, "nowhere.mt")
    assert (record["kind"], record["data"]["code"], record["place"]) == ("error", "MT601", None)
