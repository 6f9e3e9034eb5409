"""A program of huge words is not quoted at full length, whatever is wrong with them."""

import json
from pathlib import Path

import pytest

from minitorch_shell.command_line.cli import run
from minitorch_shell.results.records import Problem

HUGE = "7" * 300_000
WORD = "q" * 300_000
TEXT = "some words " * 30_000
PROGRAMS = {
    "number": f"x = {HUGE}",
    "exponent": f"x = 1e{HUGE}",
    "two numbers": f"x = 1 2{HUGE}",
    "name": f"y = {WORD}",
    "names": "y = " + " + ".join(f"q{k}" for k in range(400)),
    "function": f"f(n) = n\n{WORD}(1)",
    "member": f"x = 1\nx.{WORD}",
    "option": f"train xor {WORD}=1",
    "data": f"train {WORD}",
    "setting": f"set {WORD}=1",
    "help": f"help {WORD}",
    "minus": f'x = -"{HUGE}"',
    "plus": f'x = 1 + "{HUGE}"',
    "assert": f'assert 1 > 2, "{TEXT}"',
    "import": f'import "{HUGE}"',
    "load": f'load("{HUGE}")',
    "save": f'net = linear(1,1)\nsave net to "{HUGE}"',
    "csv": f'csv("{HUGE}")',
    "open string": f'x = "{HUGE}',
    "foreign": f"print({WORD} {WORD})",
    "character": f"x = {WORD}§{WORD}",
    "deep": f"x = [{WORD}",
}


@pytest.mark.parametrize("options", [[], ["--format=json"], ["--check"]], ids=" ".join)
@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.slow
def test_messages_have_a_bound(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, options: list[str]
) -> None:
    program = tmp_path / "huge.mt"
    program.write_text(PROGRAMS[name])
    run([*options, str(program)])
    told = capfd.readouterr()
    assert "MT900" not in told.out + told.err
    records = [line for line in told.out.splitlines() if options == ["--format=json"]]
    # A fix is the text that an editor puts in: it is whole.
    fixes = sum(len(json.dumps(json.loads(line)["data"].get("fix"))) for line in records)
    problems = (told.err + told.out).count("[MT") + len(records)
    assert len(told.out) + len(told.err) - fixes < 6_000 * max(problems, 1)


def test_the_ends_of_a_long_word_stay() -> None:
    shortened = Problem("error", "MT601", f"there is no file /home/{WORD}/a.mt").shortened()
    assert shortened.message.startswith("there is no file /home/qqq")
    assert shortened.message.endswith("qqq/a.mt")
    assert len(shortened.message) < 600
    path = "/" + "/".join(["folder"] * 50)
    assert Problem("error", "MT601", path).shortened().message == path
