"""The main job, end to end, through the command line."""

import subprocess
import sys
from pathlib import Path

import pytest
from command import ROOT, clean_environment, minitorch

from minitorch_shell.command_line.cli import run

FIRST = "x = 2; y = 3; z = x*y + y; backward z; grad x; grad y"


def test_the_first_program_as_an_argument() -> None:
    done = minitorch("-c", FIRST)
    assert (done.stdout, done.stderr, done.returncode) == ("3.0\n3.0\n", "", 0)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.slow
def test_the_first_program_on_standard_input(line_end: str) -> None:
    for arguments in (["-"], []):
        done = minitorch(*arguments, stdin=FIRST.replace("; ", line_end) + line_end)
        assert (done.stdout, done.stderr, done.returncode) == ("3.0\n3.0\n", "", 0)


def test_the_first_program_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "first.mt"
    file.write_text(FIRST)
    done = minitorch(str(file))
    assert (done.stdout, done.stderr, done.returncode) == ("3.0\n3.0\n", "", 0)


@pytest.mark.slow
def test_a_learning_rate_that_is_too_small_is_noted() -> None:
    done = minitorch("-c", "net = linear(5,4) relu linear(4,1); train majority epochs=500 lr=1e-6")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].split()[:4] == ["epoch", "1/500", "loss", lines[0].split()[-1]]
    losses = [float(line.split()[-1]) for line in lines[:-1]]
    assert len(losses) == 11
    assert len(set(losses)) == 11, "each epoch has fresh rows, so each loss is another"
    assert max(losses) < 2 * min(losses)
    assert lines[-1].startswith("trained net on majority: 500 epochs, loss ")
    assert "note[MT510]: the learning rate 1e-06 is too small" in done.stderr
    before, after = (
        float(word) for word in done.stderr.split("the loss went from ")[1].split()[0:3:2]
    )
    assert 0 < before - after < 0.01 * before
    assert "try `train majority epochs=500 lr=0.1`" in done.stderr


@pytest.mark.slow
def test_the_command_that_the_note_proposes_learns_more() -> None:
    net = "net = linear(5,4) relu linear(4,1); train majority epochs=500 lr="
    slow, quick = (minitorch("-c", net + rate).stdout.splitlines()[-1] for rate in ("1e-6", "0.1"))
    assert correct(quick) > correct(slow)


def correct(report: str) -> int:
    """k of `accuracy k/32`."""
    return int(report.split("accuracy ")[1].split("/")[0])


def test_an_unknown_name_stops_the_program_before_it_starts() -> None:
    done = minitorch("-c", 'print "never"\nx = 2\ny = xx + 1')
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "error[MT201]: there is no `xx` here\n"
        "  ┌─ <command>:3:5\n"
        "  │\n"
        "3 │ y = xx + 1\n"
        "  │     ^^ not defined\n"
        "  │\n"
        "  = help: did you mean `x`?\n"
    )


def test_widths_that_do_not_fit_mark_both_layers() -> None:
    done = minitorch("-c", 'print "never"; net = linear(5,4) relu linear(3,1)')
    assert done.returncode == 1
    assert done.stdout == ""
    excerpt = done.stderr.splitlines()[3:6]
    assert excerpt == [
        '1 │ print "never"; net = linear(5,4) relu linear(3,1)',
        "  │                      ----------- gives 4",
        "  │                                       ^^^^^^^^^^^ takes 3",
    ]


def test_a_syntax_error_has_a_place_and_a_way_out() -> None:
    done = minitorch("-c", "x = 2\ny = (x + 1")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "error[MT102]: this `(` is not closed\n  ┌─ <command>:2:5\n" in done.stderr
    assert "= help: add the missing `)`" in done.stderr


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "# only a comment", "(" * 500, "]", "x = ", '"', "\x00", "0/0", "1e308*10",
     "x" * 10_000, "f(x) = f(x)\nf(1)", "𝔘", "train", "grad 2", "- - -", "[1,2][5]", "2(3)",
     "linear", "majority", "backward majority", "net = relu\nnet(1)", "=", "x = x"],
)  # fmt: skip
def test_no_input_gives_a_traceback(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = run(["-c", text])
    errors = capsys.readouterr().err
    assert status in (0, 1)
    assert "Traceback" not in errors
    assert "MT900" not in errors
    assert (status == 1) == ("error[MT" in errors)


@pytest.mark.slow
def test_a_students_own_files_do_not_get_in_the_way(tmp_path: Path) -> None:
    for name in ("engine", "grammar", "random", "json", "lark"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    (tmp_path / "first.mt").write_text(FIRST)
    for arguments in (["-c", FIRST], ["first.mt"]):
        done = minitorch(*arguments, cwd=tmp_path)
        assert (done.stdout, done.stderr, done.returncode) == ("3.0\n3.0\n", "", 0)


def test_script_mode_imports_nothing_of_the_shell() -> None:
    code = (
        "import sys; from minitorch_shell.command_line.cli import run; status = run(['-c', '1+1']);"
        "heavy = {'prompt_toolkit', 'pygments', 'rich'} & set(sys.modules);"
        "print(sorted(heavy), status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean_environment(),
        check=True,
    )
    assert done.stdout == "2.0\n[] 0\n"


def test_the_example_learns_all_rows_and_says_so() -> None:
    done = minitorch("examples/majority.mt")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[-1] == "all 32 rows learnt"
    assert any(line.endswith("accuracy 32/32") and line.startswith("tested") for line in lines)
    draws = lines[-6:-1]
    assert all(
        line.split("target ")[1].split()[0] == line.split("prediction ")[1] for line in draws
    )
    assert minitorch("examples/majority.mt").stdout == done.stdout, "the same every time"
