"""Where output cannot be written, and where the ground is gone: a sentence and a status, no bug."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import ROOT, clean_environment, python

from minitorch_shell.shell import config

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")


def run_into(
    stdout: object, *arguments: str, cwd: Path | None = None, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = clean_environment() | {"PYTHONPATH": str(ROOT)}
    if home is not None:
        environment |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "minitorch_shell", *arguments],
        stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, timeout=60, cwd=cwd,
        env=environment,
    )  # type: ignore[call-overload, no-any-return] # fmt: skip


@needs_full
@pytest.mark.parametrize(
    "arguments", [["-V"], ["--help"], ["--generate-config"], ["-c", "1+1"], ["--test", "-c", "1"]]
)
def test_a_full_disk(arguments: list[str], tmp_path: Path) -> None:
    with FULL.open("w") as full:
        done = run_into(full, *arguments, home=tmp_path)
    assert done.returncode == 1
    assert "cannot write the output: No space left on device" in done.stderr
    assert "MT900" not in done.stderr


@needs_full
def test_a_wrong_command_line_stays_one() -> None:
    with FULL.open("w") as full:
        done = run_into(full, "--nonsense")
    assert (done.returncode, "unrecognized" in done.stderr) == (2, True)


def test_a_config_that_could_not_be_written_does_not_stand_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(config, "config_folder", lambda: tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(config, "config_text", full)
        with pytest.raises(OSError, match="No space"):
            config.generate_config()
    assert list(tmp_path.iterdir()) == []
    assert config.generate_config() == (tmp_path / "config.toml", True)


# Runs `minitorch` in a folder that is not there any more.
GONE = """
import os, sys
os.rmdir(os.getcwd())
from minitorch_shell.__main__ import main
sys.exit(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="a folder in use cannot be deleted")
@pytest.mark.parametrize(
    ("program", "code"),
    [("1 + 1", ""), ('csv("x.csv")', "MT601"), ('load("n.json")', "MT601"),
     ('import "a.mt"', "MT601"), ('net = linear(1,1); save net to "n.json"', "MT603")],
)  # fmt: skip
@pytest.mark.slow
def test_a_working_folder_that_was_deleted(tmp_path: Path, program: str, code: str) -> None:
    (tmp_path / "gone").mkdir()
    done = python(GONE, "-c", program, cwd=tmp_path / "gone")
    assert "MT900" not in done.stderr
    assert done.returncode == (1 if code else 0), done.stderr
    assert f"error[{code}]" in done.stderr if code else done.stdout == "2.0\n"


@pytest.mark.skipif(os.name != "posix", reason="a folder in use cannot be deleted")
def test_safe_reads_nothing_around_a_working_folder_that_was_deleted(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    (tmp_path / "secret.csv").write_text("1,2\n")
    done = python(GONE, "--safe", "-c", 'csv("./../secret.csv")', cwd=tmp_path / "gone")
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[MT606]: cannot tell where ./../secret.csv lies" in done.stderr
