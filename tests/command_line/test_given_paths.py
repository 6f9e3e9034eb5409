"""Paths in messages and places are what the command line made of them, never absolute."""

import json
from pathlib import Path

import pytest

from minitorch_shell.command_line.cli import run

FILES = {
    "sub/round.mt": 'import "deep/back.mt"',
    "sub/deep/back.mt": 'import "../round.mt"',
    "sub/lost.mt": 'import "deep/nowhere.mt"',
    "sub/chain.mt": 'import "deep/lost.mt"',
    "sub/deep/lost.mt": 'import "gone.mt"',
    "sub/wrong.mt": 'import "deep/wrong.mt"',
    "sub/deep/wrong.mt": "print [1][2]",
    "sub/data.mt": 'd = csv("nowhere.csv")',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("options", [[], ["--check"], ["--safe"], ["--safe", "--check"]])
@pytest.mark.parametrize(
    ("file", "place", "words"),
    [
        ("sub/round.mt", "sub/deep/back.mt", "round.mt → back.mt → round.mt"),
        ("sub/lost.mt", "sub/lost.mt", "there is no file sub/deep/nowhere.mt"),
        ("sub/chain.mt", "sub/deep/lost.mt", "there is no file sub/deep/gone.mt"),
    ],
)
@pytest.mark.slow
def test_imports(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], file: str, place: str,
    words: str,
) -> None:  # fmt: skip
    for prefix in ("", f"{folder}/"):
        assert run([*options, "--format=json", prefix + file]) == 1
        out = capsys.readouterr().out
        assert prefix or str(folder) not in out
        [error] = map(json.loads, out.splitlines())
        assert error["place"]["file"] == prefix + place
        assert error["data"]["message"].endswith(words.replace("file ", f"file {prefix}"))


@pytest.mark.slow
def test_what_safe_shows_is_what_a_run_shows(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in ("sub/round.mt", "sub/lost.mt", "sub/chain.mt", "sub/wrong.mt"):
        shown = []
        for options in ([], ["--safe"]):
            assert run([*options, file]) == 1
            shown.append(capsys.readouterr().err)
        assert shown[0] == shown[1]


@pytest.mark.slow
def test_a_file_that_safe_reads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--safe", "sub/data.mt"]) == 1
    assert "there is no file sub/nowhere.csv\n" in capsys.readouterr().err
    Path("sub/nowhere.csv").write_text("a,b\n1,2\n3,4\n")
    assert run(["--safe", "sub/data.mt"]) == 0
    assert run(["--safe", "-c", 'd = csv("sub/nowhere.csv"); len(d)']) == 0
    assert capsys.readouterr().out == "2\n"
