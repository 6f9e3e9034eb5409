"""The command line: what is run, what comes out where, and the exit status."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command import ROOT, clean_environment, minitorch
from pty_terminal import Terminal

from minitorch_shell.command_line.cli import run


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Root may read everything: for a while be somebody who may not."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


class Told:
    """What a run in this process wrote, and its exit status."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.status = run(arguments)
        self.out, self.err = capsys.readouterr()


# ---------------------------------------------------------------- what is run


def test_code_and_files_run_in_the_order_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "middle.mt"
    file.write_text("x = x + 1; x")
    told = Told(capsys, "-c", "x = 1; x", str(file), "-c", "x*10")
    assert (told.out, told.status) == ("1.0\n2.0\n20.0\n", 0)


def test_code_may_begin_with_a_minus(capsys: pytest.CaptureFixture[str]) -> None:
    assert Told(capsys, "-c", "-2^2").out == "-4.0\n"
    assert Told(capsys, "-c", "--check").status == 1, "it is code, and wrong"
    assert Told(capsys, "-c", "").out == ""


def test_files_after_two_dashes_may_begin_with_a_minus(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-odd.mt").write_text("1 + 1")
    assert Told(capsys, "--", "-odd.mt").out == "2.0\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ""),
        (b"# nothing", ""),
        (b"x = 2\r\nx^2\r\n", "4.0\n"),
        (b"\xef\xbb\xbfx = 3\nx", "3.0\n"),
        ('θ = 2; print θ, "Größe"'.encode(), "2.0 Größe\n"),
        (b"#!/usr/bin/env minitorch\n1", "1.0\n"),
    ],
    ids=["empty", "comment", "crlf", "byte order mark", "utf-8", "shebang"],
)
def test_files_of_all_kinds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, expected: str
) -> None:
    file = tmp_path / "file.mt"
    file.write_bytes(content)
    told = Told(capsys, str(file))
    assert (told.out, told.err, told.status) == (expected, "", 0)


@pytest.mark.slow
def test_ten_thousand_lines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "long.mt"
    file.write_text("x = 0\n" + "x = value(x + 1)\n" * 10_000 + "x\n")
    assert Told(capsys, str(file)).out == "10000.0\n"


def test_an_error_in_a_file_with_crlf_is_placed_rightly(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "file.mt"
    file.write_bytes(b"\xef\xbb\xbfx = 1\r\n\r\nprint yy\r\n")
    told = Told(capsys, str(file))
    assert f"{file}:3:7" in told.err
    assert "\r" not in told.err


@pytest.mark.skipif(shutil.which("env") is None, reason="there is no env here")
def test_a_file_with_a_shebang_is_a_program(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("minitorch")
    if not command.exists():
        pytest.skip("the command is not installed beside this Python")
    file = tmp_path / "program"
    file.write_text(f"#!{command}\nx = 2; x^2\n")
    file.chmod(0o755)
    done = subprocess.run([file], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == ("4.0\n", 0)


# ---------------------------------------------------------------- exit status


def test_nothing_is_run_after_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(capsys, "-c", "1", "-c", "[1][5]; 2", "-c", "3")
    assert (told.out, told.status) == ("1.0\n", 1)


def test_a_failed_assertion_is_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert Told(capsys, "-c", "assert 1 == 2").status == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--no-such-option",),
        ("-c",),
        ("--check",),
        ("--test",),
        ("--check", "--test", "a.mt"),
        ("--color=purple", "-c", "1"),
        ("--format=xml", "-c", "1"),
        ("--max-seconds", "soon", "-c", "1"),
        ("--max-seconds", "0", "-c", "1"),
        ("--max-nodes", "-5", "-c", "1"),
        ("--max-nodes", "1.5", "-c", "1"),
        ("-", "-"),
        ("--check", "no such file.mt"),
        ("no such file.mt",),
        ("-c", "print 5", "no such file.mt"),
    ],
)
def test_wrong_usage_is_status_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    told = Told(capsys, *arguments)
    assert told.status == 2
    assert told.out == ""
    assert told.err.startswith("minitorch: ")
    assert "Traceback" not in told.err


def test_what_cannot_be_a_program_is_status_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    binary = tmp_path / "binary.mt"
    binary.write_bytes(b"x = 1\n\xff\xfe\n")
    large = tmp_path / "large.mt"
    with large.open("wb") as file:
        file.truncate(10_000_001)
    for path, reason in (
        (binary, "is not UTF-8 text (line 2)"),
        (large, "is larger than 10 MB"),
        (tmp_path, "it is a folder"),
    ):
        told = Told(capsys, str(path))
        assert told.status == 2
        assert reason in told.err


def test_a_file_that_may_not_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "secret.mt"
    file.write_text("1")
    file.chmod(0)
    with an_ordinary_user():
        told = Told(capsys, str(file))
    assert (told.status, "ermission" in told.err) == (2, True)


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Told(capsys, "--help")
    assert shown.status == 0
    for option in ("-c CODE", "--check", "--test", "--safe", "--max-seconds", "--format"):
        assert option in shown.out
    assert "--program" not in shown.out
    version = Told(capsys, "-V")
    assert (version.status, version.out.split()[0]) == (0, "minitorch")


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals here")
def test_control_c_is_status_130(tmp_path: Path) -> None:
    program = "print 1; while true { x = 1 }"
    with subprocess.Popen(
        [sys.executable, "-m", "minitorch_shell", "-c", program],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"1.0\n"  # it is under way
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in errors


# ---------------------------------------------------------------- output


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "minitorch_shell", "-c", "for k in range(20000) { print k }"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"0\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_told_in_a_line() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "minitorch_shell", "-c", "1"],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "minitorch: cannot write the output: No space left on device\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ((), {}, False),
        (("--color=always",), {}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color=always",), {"NO_COLOR": "1"}, True),
        (("--color=never",), {"FORCE_COLOR": "1"}, False),
        (("--color", "auto"), {"FORCE_COLOR": "1"}, True),
    ],
)
def test_colours(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    coloured: bool,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in Told(capsys, *arguments, "-c", "yy").err) is coloured


def test_scripts_load_nothing_of_the_shell() -> None:
    program = (
        "import sys; from minitorch_shell.command_line.cli import run; run(['-c', '1+1']); "
        "heavy = {'prompt_toolkit', 'pygments', 'rich', 'plotille', 'importlib.metadata'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "2.0\n[]\n"


# ---------------------------------------------------------------- --check


def test_check_tells_all_problems_of_all_files_and_runs_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first, second, third = (tmp_path / f"{name}.mt" for name in ("first", "second", "third"))
    first.write_text('print "ran"\nprint yy\nnet = linear(2,3) relu linear(4,1)\n')
    second.write_text("print 1\n")
    third.write_text("if 1 < 2 { q = 1 }\nprint q\n")
    told = Told(capsys, "--check", *map(str, (first, second, third)))
    assert (told.out, told.status) == ("", 1)
    for expected in ("MT201", f"{first}:2:7", "MT301", f"{first}:3:", "MT203", f"{third}:2:7"):
        assert expected in told.err
    assert str(second) not in told.err
    assert Told(capsys, "--check", str(second)).status == 0
    alone = Told(capsys, "--check", str(third))
    assert (alone.out, alone.status) == ("", 0), "a program that can run is not refused"
    assert alone.err.startswith("note[MT203]: `q` may have no value here\n")
    assert Told(capsys, str(third)).out == "1.0\n", "what may be unset is noted by --check only"


def test_check_goes_on_after_a_file_that_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "file.mt"
    file.write_text("print yy")
    told = Told(capsys, "--check", "no such file.mt", str(file))
    assert told.status == 1
    assert "MT201" in told.err
    assert Told(capsys, "--check", "no such file.mt", str(tmp_path)).status == 2, "none can be read"


def test_check_has_a_record_for_a_file_that_is_not_utf8_and_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = [tmp_path / f"{number:02}.mt" for number in range(25)]
    for file in files:
        file.write_text(f"x = {file.stem}\n")
    files[7].write_bytes("x = 1\ny = 2 # größer\n".encode("latin-1"))
    files[20].write_text("print yy\n")
    told = Told(capsys, "--check", *map(str, files))
    assert (told.status, told.out) == (1, "")
    first, second, *_ = told.err.splitlines()
    assert first == f"minitorch: {files[7]} is not UTF-8 text (line 2)"
    assert second.startswith("error[MT201]"), "in the order of the files"
    told = Told(capsys, "--check", "--format=json", *map(str, files))
    records = [json.loads(line) for line in told.out.splitlines()]
    found = [(record["data"]["code"], record["place"]) for record in records]
    assert (told.status, told.err, found) == (
        1,
        "",
        [
            ("MT602", {"file": str(files[7]), "line": 2, "column": 11, "length": 1}),
            ("MT201", {"file": str(files[20]), "line": 1, "column": 7, "length": 2}),
        ],
    )


def test_a_run_and_a_check_tell_all_syntax_errors(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "f.mt"
    file.write_text('print "ran"\nx = 2y\nrepeat 2 {\n    z = [1 2]\n}\nprint yy\nw = )\n')
    for mode in ((), ("--check",), ("--test",)):
        told = Told(capsys, *mode, "--format=json", str(file))
        records = [json.loads(line) for line in told.out.splitlines()]
        errors = [record for record in records if record["kind"] == "error"]
        assert len(records) == len(errors) + (mode == ("--test",)), "nothing ran"
        found = [(record["data"]["code"], record["place"]["line"]) for record in errors]
        assert (told.status, found) == (1, [("MT108", 2), ("MT112", 4), ("MT103", 7)])
    assert Told(capsys, str(file)).err.count("error[") == 3
    outer = tmp_path / "outer.mt"
    outer.write_text('import "f.mt"\n')
    for mode in ((), ("--check",)):
        assert Told(capsys, *mode, str(outer)).err.count("error[") == 3


def test_allow_empty_is_for_test(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for arguments in (("--allow-empty", "-c", "1"), ("--allow-empty", "--check", "-c", "1")):
        told = Told(capsys, *arguments)
        assert (told.status, "--allow-empty" in told.err) == (2, True)


def test_standard_input_is_a_file_like_others(capsys: pytest.CaptureFixture[str]) -> None:
    done = minitorch("--check", "-", stdin="print yy")
    assert (done.returncode, "<stdin>:1:7" in done.stderr) == (1, True)
    assert minitorch("--check", "-c", "print yy").returncode == 1


@pytest.mark.slow
def test_a_file_is_run_before_the_shell_starts(tmp_path: Path) -> None:
    file = tmp_path / "first.mt"
    file.write_text("x = 41; print 1; [x][9]")
    with Terminal(tmp_path, "-i", str(file)) as shell:
        shell.ready()
        assert "error[MT310]" in shell.text, "it starts after an error, too"
        shell.run("x + 1")
        assert "\n42.0\n" in shell.text


@pytest.mark.slow
def test_control_c_leads_from_the_file_to_the_shell(tmp_path: Path) -> None:
    file = tmp_path / "first.mt"
    file.write_text("x = 41; print 1; while true { x := x }")
    with Terminal(tmp_path, "-i", str(file)) as shell:
        shell.see(r"1\.0")
        shell.press("\x03")
        shell.ready()
        shell.run("x + 1")
        assert "\n42.0\n" in shell.text
