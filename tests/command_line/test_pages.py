"""The pages under docs/ that are made from tables, and what the README promises."""

import importlib.util
import re
from pathlib import Path

import pytest
from command import ROOT, minitorch

from minitorch_shell.catalogue.builtins import TABLE
from minitorch_shell.command_line.cli import run


def generator():
    """docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_made_pages_are_fresh() -> None:
    for name, make in generator().PAGES.items():
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert text == make(), f"run `python docs/generate.py`: {name} is stale"


@pytest.mark.parametrize("builtin", [b for b in TABLE if b.example], ids=lambda b: b.name)
def test_the_example_of_a_predefined_name(
    builtin, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.mt").write_text("y = 3\n")
    assert run(["-c", builtin.example]) == 0
    assert capsys.readouterr().out == builtin.output + "\n"


def test_only_csv_has_no_example() -> None:
    assert [builtin.name for builtin in TABLE if not builtin.example] == ["csv"]


def programs_of(page: Path) -> list[str]:
    """The code blocks of a page that name no other language."""
    return re.findall(r"^```\n(.*?)^```$", page.read_text(encoding="utf-8"), re.S | re.M)


def test_the_programs_of_the_pages_run(capsys: pytest.CaptureFixture[str]) -> None:
    first, moons = programs_of(ROOT / "docs" / "language.md")
    assert run(["-c", first]) == 0
    assert capsys.readouterr().out.startswith("3.0\nepoch")
    assert run(["-c", moons.replace("range(100)", "range(2)")]) == 0
    readme = programs_of(ROOT / "README.md")[0]
    assert run(["-c", readme]) == 0


def test_the_quick_start_has_two_commands() -> None:
    commands = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert len(commands) == 2
    assert all(command.count("\n") == 1 for command in commands)


@pytest.mark.parametrize("name", ["first_program", "second_program"])
@pytest.mark.slow
def test_the_twins_of_the_original_programs_print_the_same(name: str) -> None:
    import subprocess
    import sys

    program = subprocess.run(
        [sys.executable, f"examples/{name}.py"],
        cwd=ROOT, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    twin = minitorch(f"examples/{name}.mt")
    assert twin.stdout == program.stdout
    assert len(twin.stdout.splitlines()) >= 100


def test_the_architecture_names_every_file_in_its_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    house = ROOT / "minitorch_shell"
    rooms = [
        ROOT / "grammar",
        ROOT / "engine",
        *(file.parent for file in house.glob("*/__init__.py")),
    ]
    there = {f"{room.name}/{file.name}" for room in rooms for file in room.glob("*.py")}
    named, room = set(), ""
    for line in re.findall(r"^\w+/$|^ +\w+\.py(?=  )", page, re.M):
        if line.endswith("/"):
            room = line
        else:
            named.add(room + line.strip())
    assert named == {file for file in there if not file.endswith("__init__.py")}


def test_the_files_that_the_pages_name_are_there() -> None:
    for page in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]:
        for path in re.findall(
            r"`((?:\w+/)+[\w-]+\.(?:py|md|lark|json))`", page.read_text("utf-8")
        ):
            homes = (ROOT, ROOT / "minitorch_shell", ROOT / "engine")
            assert any((home / path).exists() for home in homes), f"{page.name} names {path}"
