"""Loops that certainly run set their names for what comes after, for `--check` too."""

from pathlib import Path

import pytest
from command import ROOT

from minitorch_shell.command_line.cli import run


@pytest.mark.parametrize(
    ("program", "noted"),
    [
        ("repeat 5 { loss = 3 }\nprint loss", 0),
        ("repeat 0 { loss = 3 }\nprint loss", 1),
        ("for k in range(3) { last = k }\nprint k, last", 0),
        ("for x, y in xor { z = y }\nprint z", 0),
        ("for x in [1, 2] { z = x }\nprint z", 0),
        ("for k in range(3) { if k > 1 { break }; last = k }\nprint last", 1),
        ("n = len(moons)\nfor k in range(n) { last = k }\nprint last", 1),
        ("k = 0\nwhile k < 3 { k += 1; last = k }\nprint last", 1),
        ("repeat 2 { if 1 < 2 { x = 1 } }\nprint x", 1),
    ],
)
def test_check(
    program: str, noted: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f.mt"
    file.write_text(program)
    assert run(["--check", str(file)]) == 0
    assert capsys.readouterr().err.count("note[MT203]") == noted


def test_every_example_passes_the_check() -> None:
    assert run(["--check", *map(str, sorted(ROOT.glob("examples/*.mt")))]) == 0


def test_loops_nested_deeper_than_pythons_limit(capsys: pytest.CaptureFixture[str]) -> None:
    for depth, status in ((20, 0), (60, 1)):  # from Python 3.13 on a few more go
        assert run(["-c", "repeat 1 { " * depth + "x = 1" + " }" * depth]) == status
        assert ("error[MT702]" in capsys.readouterr().err) == bool(status)
