"""`--safe` reads what lies in the folder of the script, whatever happens beside it meanwhile."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command import ROOT, clean_environment, minitorch, python

from engine import nn
from engine.checkpoint import save
from minitorch_shell.files.access import Access, opener_for

pytestmark = pytest.mark.skipif(
    os.open not in os.supports_dir_fd, reason="this system opens no files step by step"
)
READERS = ('csv("data")', 'load("data")', 'import "data"')


def test_links_inside_are_followed(tmp_path: Path) -> None:
    (tmp_path / "deep" / "down").mkdir(parents=True)
    (tmp_path / "deep" / "down" / "real.csv").write_text("a,b\n1,2\n")
    (tmp_path / "deep" / "link").symlink_to(tmp_path / "deep" / "down")
    (tmp_path / "x.csv").symlink_to("deep/link/real.csv")
    (tmp_path / "a.mt").write_text('csv("x.csv")\ncsv("deep/link/real.csv")\n')
    done = minitorch("--safe", str(tmp_path / "a.mt"))
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 2)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("swapped", ["file", "folder"])
@pytest.mark.slow
def test_what_is_swapped_for_a_link_is_not_read(
    tmp_path: Path, reader: str, swapped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The swap comes at the worst moment: after all looks at the path, before the opening."""
    safe, outside = tmp_path / "safe", tmp_path / "outside"
    (safe / "sub").mkdir(parents=True)
    outside.mkdir()
    (outside / "data").write_text("secret,b\n1,2\n")
    (safe / "sub" / "data").write_text("a,b\n1,2\n")
    opener = opener_for(Access(str(safe)))
    assert opener is not None
    with open(safe / "sub" / "data", opener=opener) as file:
        assert file.read() == "a,b\n1,2\n"

    real = os.open

    def swap(path: object, *rest: object, **options: object) -> int:
        if options.get("dir_fd") is not None and not (safe / "swapped").exists():
            (safe / "swapped").touch()
            if swapped == "file":
                (safe / "sub" / "data").unlink()
                (safe / "sub" / "data").symlink_to(outside / "data")
            else:
                (safe / "sub").rename(safe / "gone")
                (safe / "sub").symlink_to(outside)
        return real(path, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "supports_dir_fd", {*os.supports_dir_fd, swap})
    monkeypatch.setattr(os, "open", swap)
    with pytest.raises(OSError), open(safe / "sub" / "data", opener=opener):  # noqa: PT011
        pass
    monkeypatch.undo()
    program = reader.replace("data", "sub/data")
    (safe / "a.mt").write_text(program)
    done = minitorch("--safe", str(safe / "a.mt"))
    assert done.returncode == 1
    assert "error[MT606]" in done.stderr  # the link is there for everybody to see by now
    assert "secret" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_race_of_swaps_leaks_nothing(tmp_path: Path) -> None:
    safe, secret = tmp_path / "safe", tmp_path / "secret.json"
    safe.mkdir()
    save(nn.Sequential(nn.Linear(7, 1)), secret)
    good, bad, target = safe / "good", safe / "bad", safe / "net.json"
    ended = threading.Event()

    def swap() -> None:
        while not ended.is_set():
            bad.unlink(missing_ok=True)
            bad.symlink_to(secret)
            bad.replace(target)
            save(nn.Sequential(nn.Linear(2, 1)), good)
            good.replace(target)

    swapper = threading.Thread(target=swap)
    save(nn.Sequential(nn.Linear(2, 1)), target)
    script = (
        "import sys\n"
        "from grammar.source import Source\n"
        "from minitorch_shell.interpreter import Collector, Interpreter\n"
        "for _ in range(int(sys.argv[2])):\n"
        "    found = Collector()\n"
        "    interpreter = Interpreter(found)\n"
        "    interpreter.session.access.safe_folder = sys.argv[1]\n"
        "    interpreter.run(Source('a.mt', 'net = load(\"net.json\"); net'))\n"
        "    print(*found.results)\n"
    )
    assert "linear(2,1)" in python(script, str(safe), "1").stdout
    swapper.start()
    try:
        done = python(script, str(safe), "400")
    finally:
        ended.set()
        swapper.join()
    assert (done.returncode, done.stderr) == (0, "")
    assert "linear(7,1)" not in done.stdout


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.slow
def test_a_pipe_beside_the_script_is_refused_at_once(tmp_path: Path, reader: str) -> None:
    os.mkfifo(tmp_path / "data")
    (tmp_path / "a.mt").write_text(reader)
    done = minitorch("--safe", str(tmp_path / "a.mt"))
    assert done.returncode == 1
    assert "error[MT602]" in done.stderr
    assert "it is no ordinary file" in done.stderr


@pytest.mark.parametrize("option", [(), ("--check",), ("--test",)])
@pytest.mark.slow
def test_a_program_from_a_pipe_is_under_the_bound_of_time(
    tmp_path: Path, option: tuple[str, ...]
) -> None:
    os.mkfifo(tmp_path / "a.mt")
    done = minitorch("--max-seconds", "0.2", *option, str(tmp_path / "a.mt"))
    assert done.returncode == 2
    assert "it has no end after 0.2 seconds" in done.stderr


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.slow
def test_data_from_a_pipe_is_under_the_bound_of_time(tmp_path: Path, reader: str) -> None:
    os.mkfifo(tmp_path / "data")
    done = minitorch("--max-seconds", "0.2", "-c", reader, cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert done.returncode == 1
    assert "error[MT706]" in done.stderr


def test_standard_input_is_under_the_bound_of_time() -> None:
    read, write = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "minitorch_shell", "--max-seconds", "0.2", "-"], stdin=read,
            capture_output=True, text=True, check=False, timeout=60, cwd=ROOT,
            env=clean_environment(),
        )  # fmt: skip
    finally:
        os.close(write)
        os.close(read)
    assert (done.returncode, "standard input: it has no end after 0.2 seconds" in done.stderr) == (
        2,
        True,
    )
