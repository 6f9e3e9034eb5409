"""`--test`: what programs print is compared with their `#=` lines."""

import json
from pathlib import Path

import pytest

from minitorch_shell.command_line.cli import run
from minitorch_shell.files.reading import LARGEST_SOURCE
from minitorch_shell.lessons.comparing import matches

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class Outcome:
    """What `--test` said about programs written to files, and its exit status."""

    def __init__(
        self,
        capsys: pytest.CaptureFixture[str],
        folder: Path,
        *programs: str,
        options: tuple[str, ...] = (),
    ) -> None:
        paths = []
        for number, program in enumerate(programs, 1):
            path = folder / f"{number}.mt"
            path.write_text(program)
            paths.append(str(path))
        self.status = run(["--test", *options, *paths])
        out, self.err = capsys.readouterr()
        self.out = out.replace(f"{folder}/", "")


PASSING = """\
#!/usr/bin/env minitorch
#: Two leaves and what is made of them.
x = 2; y = 3; z = x*y + y
print "not looked at"
backward z
grad x
#= 3.0
grad y; z   #! say why
#= 3.0
#= 9.0
for k in range(2) {
    print k, "a, b"
    #= 0 a, b
}
#= 1 a, b
[x,
 y]
#= [2.0, 3.0]
print "#= is no comment"
#= #= is no comment
x*2 #= 4.0
net = linear(2,1) relu
#: A network.
net
#= linear(...) relu: ... parameters
"""


def test_a_file_that_prints_what_it_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tested = Outcome(capsys, tmp_path, PASSING)
    assert (tested.out, tested.err, tested.status) == ("pass 1.mt (7 outputs compared)\n", "", 0)


def test_a_difference_is_shown_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tested = Outcome(capsys, tmp_path, "x = 2\nx^2\n#= 5.0\nprint 1\n#= 1.0\n#= 2.0\nx = 3\n#= 3")
    assert tested.status == 1
    assert tested.out == (
        "FAIL 1.mt (3 outputs compared)\n"
        "  line 3\n    expected  5.0\n    got       4.0\n"
        "  line 5\n    expected  1.0\n              2.0\n    got       1.0\n"
        "  line 8\n    expected  3\n    got       (nothing)\n"
    )


def test_output_that_is_not_expected_is_a_difference_only_beside_expected_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert Outcome(capsys, tmp_path, "print 1\nprint 2\n#= 2.0").status == 0
    assert Outcome(capsys, tmp_path, "print 1; print 2\n#= 2.0").status == 1
    assert Outcome(capsys, tmp_path, "repeat 2 { print 1 }\n#= 1.0").status == 1


def test_files_do_not_see_each_other_and_are_summed_up(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tested = Outcome(capsys, tmp_path, "x = 1\nx #= 1.0", "print x", "1\n#= 2.0", "2 #= 2.0")
    assert tested.status == 1
    lines = tested.out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "pass 1.mt (1 output compared)",
        "FAIL 2.mt (stopped by an error)",
        "FAIL 3.mt (1 output compared)",
        "pass 4.mt (1 output compared)",
        "4 files: 2 passed, 2 failed",
    ]
    assert "error[MT201]" in tested.err


def test_the_same_seed_for_every_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    program = "x, y = sample(moons)\nprint x\n#= "
    first = Outcome(capsys, tmp_path, program + "?")
    drawn = first.out.split("got       ")[1].strip()
    assert Outcome(capsys, tmp_path, "sample(moons)\n#= ...", program + drawn).status == 0


def test_an_error_on_the_way_fails_the_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tested = Outcome(capsys, tmp_path, "1 #= 1.0\n[1][7]\n2 #= 3.0")
    assert tested.status == 1
    assert "MT310" in tested.err
    assert tested.out == ("FAIL 1.mt (1 output compared, then stopped by an error)\n"), (
        "what comes after is not compared"
    )


def test_expected_output_with_nothing_above_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tested = Outcome(capsys, tmp_path, "#= 1.0\n1\n")
    assert (tested.status, "no statement stands above" in tested.out) == (1, True)


@pytest.fixture
def unreadable(tmp_path: Path) -> list[Path]:
    """What cannot be a program: missing, a folder, not UTF-8, too large."""
    (tmp_path / "folder.mt").mkdir()
    (tmp_path / "binary.mt").write_bytes(b"x = 1\n\xff")
    with (tmp_path / "large.mt").open("wb") as file:
        file.truncate(LARGEST_SOURCE + 1)
    return [tmp_path / f"{name}.mt" for name in ("missing", "folder", "binary", "large")]


def test_each_file_has_a_verdict(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, unreadable: list[Path]
) -> None:
    good = tmp_path / "good.mt"
    good.write_text("1 #= 1.0")
    assert run(["--test", *map(str, unreadable), str(good)]) == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        *(f"FAIL {path} (cannot be read)" for path in unreadable),
        f"pass {good} (1 output compared)",
        "5 files: 1 passed, 4 failed",
    ]
    assert [line.replace(f"{tmp_path}/", "") for line in told.err.splitlines()] == [
        "minitorch: there is no file missing.mt",
        "minitorch: cannot read folder.mt: it is a folder",
        "minitorch: binary.mt is not UTF-8 text (line 2)",
        "minitorch: large.mt is larger than 10 MB",
    ]


def test_each_file_has_a_verdict_as_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, unreadable: list[Path]
) -> None:
    good = tmp_path / "good.mt"
    good.write_text("1 #= 1.0")
    files = [str(path) for path in (unreadable[0], good, *unreadable[1:])]
    assert run(["--test", "--format=json", *files]) == 1
    told = capsys.readouterr()
    assert told.err == ""
    found = [json.loads(line) for line in told.out.splitlines()]
    verdicts = [record["data"] for record in found if record["kind"] == "file"]
    assert [(data["file"], data["passed"]) for data in verdicts] == [
        (file, file == str(good)) for file in files
    ]
    assert [record["kind"] for record in found] == ["error", "file", "file", *["error", "file"] * 3]
    codes = [record["data"]["code"] for record in found if record["kind"] == "error"]
    assert codes == ["MT601", "MT602", "MT602", "MT602"]


def test_status_2_where_no_file_can_be_read(
    capsys: pytest.CaptureFixture[str], unreadable: list[Path]
) -> None:
    assert run(["--test", str(unreadable[0])]) == 2
    assert run(["--test", *map(str, unreadable)]) == 2
    assert capsys.readouterr().out.count("FAIL") == 5


def test_bounds_hold_for_each_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tested = Outcome(
        capsys, tmp_path, "while true { x = 1 }", "1 #= 1.0", options=("--max-seconds=0.2",)
    )
    assert tested.status == 1
    assert "MT706" in tested.err
    assert "pass 2.mt" in tested.out


def test_what_was_compared_before_a_limit_counts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    program = "1 #= 1.0\n2 #= 3.0\nwhile true { x = 1 }\n4 #= 4.0\n"
    tested = Outcome(capsys, tmp_path, program, options=("--max-seconds=0.2",))
    assert (tested.status, "MT706" in tested.err) == (1, True)
    assert tested.out == (
        "FAIL 1.mt (2 outputs compared, then stopped by an error)\n"
        "  line 2\n    expected  3.0\n    got       2.0\n"
    )
    tested = Outcome(capsys, tmp_path, program, options=("--max-seconds=0.2", "--format=json"))
    *_, last = map(json.loads, tested.out.splitlines())
    del last["data"]["file"]
    assert last["data"] == {
        "passed": False,
        "compared": 2,
        "mismatches": [{"line": 2, "expected": ["3.0"], "got": ["2.0"]}],
        "errors": 1,
    }


@pytest.mark.parametrize("limit", ["--max-nodes=20", "--safe"])
@pytest.mark.slow
def test_other_limits_leave_what_was_compared_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, limit: str
) -> None:
    program = "1 #= 1.0\nx = 1; repeat 2000000 { x = x + x*2 }\n"
    tested = Outcome(capsys, tmp_path, program, options=(limit, "--format=json"))
    *_, last = map(json.loads, tested.out.splitlines())
    assert (last["data"]["compared"], last["data"]["passed"]) == (1, False)


def test_a_file_in_which_nothing_is_compared_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    programs = ("print 1", "", "1 #= 1.0")
    tested = Outcome(capsys, tmp_path, *programs)
    assert (tested.status, tested.err) == (1, "")
    assert tested.out.splitlines() == [
        "FAIL 1.mt (nothing to compare)",
        "FAIL 2.mt (nothing to compare)",
        "pass 3.mt (1 output compared)",
        "3 files: 1 passed, 2 failed",
    ]
    allowed = Outcome(capsys, tmp_path, *programs, options=("--allow-empty",))
    assert (allowed.status, allowed.out.count("pass")) == (0, 4)
    broken = Outcome(capsys, tmp_path, "print yy", "x = [", options=("--allow-empty",))
    assert (broken.status, broken.out.count("FAIL")) == (1, 2)
    as_json = Outcome(capsys, tmp_path, *programs, options=("--format=json",))
    verdicts = [json.loads(line)["data"]["passed"] for line in as_json.out.splitlines()]
    assert (verdicts, as_json.status) == ([False, False, True], 1)


def test_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tested = Outcome(capsys, tmp_path, "print 1\n#= 2.0", "yy", options=("--format=json",))
    first, second, third = map(json.loads, tested.out.splitlines())
    assert first["kind"] == "file"
    assert first["data"] == {
        "file": first["data"]["file"],
        "passed": False,
        "compared": 1,
        "mismatches": [{"line": 2, "expected": ["2.0"], "got": ["1.0"]}],
        "errors": 0,
    }
    assert (second["kind"], third["data"]["passed"]) == ("error", False)
    assert tested.err == ""


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("3.0", "3.0", True),
        ("3.0", "3.00", False),
        ("3.", "3.0", False),
        ("loss ... -> ...", "loss 1 -> 2", True),
        ("...", "", True),
        ("a...", "ba", False),
        ("...b...", "abc", True),
        ("1.5", "1x5", False),
        ("[a] (b)", "[a] (b)", True),
    ],
)
def test_matching(expected: str, printed: str, same: bool) -> None:
    assert matches(expected, printed) is same
