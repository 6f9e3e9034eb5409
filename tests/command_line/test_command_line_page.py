"""The examples of docs/command-line.md do what the page says."""

import re
import shlex
from pathlib import Path

import pytest
from command import ROOT, minitorch

from minitorch_shell.command_line.cli import parser
from minitorch_shell.lessons.comparing import matches

PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```\n\$ (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("command", "expected"), EXAMPLES)
@pytest.mark.slow
def test_the_examples(command: str, expected: str, tmp_path: Path) -> None:
    stdin = ""
    if " | " in command:
        made, command = command.split(" | ")
        stdin = shlex.split(made)[1].encode().decode("unicode_escape")
    done = minitorch(*shlex.split(command)[1:], stdin=stdin, cwd=tmp_path)
    shown = done.stdout + done.stderr
    if done.returncode:
        shown += f"[exit status {done.returncode}]\n"
    assert matches(expected, shown)


def test_the_page_has_examples_with_both_ends() -> None:
    assert len(EXAMPLES) >= 4
    assert {"[exit status 1]" in expected for _, expected in EXAMPLES} == {True, False}


def test_every_option_is_on_the_page() -> None:
    for action in parser()._actions:
        for option in action.option_strings:
            if option != "--program":
                assert option in PAGE or option in ("--help", "--version"), option
