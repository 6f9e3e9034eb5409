"""The history file: private, shared, and never half written."""

import json
import multiprocessing
import os
import stat
import sys
from pathlib import Path

import pytest

from minitorch_shell.shell.history import FileHistory


def entries(path: Path) -> list[str]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def newest_first(path: Path) -> list[str]:
    return list(FileHistory(path).load_history_strings())


def test_entries_come_back_the_newest_first(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history"
    history = FileHistory(path)
    for text in ("x = 1", 'print "ä\n"', "repeat 2 {\n    x\n}"):
        history.append_string(text)
    assert newest_first(path) == ["repeat 2 {\n    x\n}", 'print "ä\n"', "x = 1"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history"
    FileHistory(path).append_string("x = 1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_repetition_in_a_row_also_across_shells(tmp_path: Path) -> None:
    path = tmp_path / "history"
    first, second = FileHistory(path), FileHistory(path)
    for history in (first, first, second):
        history.append_string("x = 1")
    first.append_string("   ")
    second.append_string("y = 2")
    first.append_string("x = 1")  # in a row here, but not in the file: nothing is lost or doubled
    assert entries(path) == ["x = 1", "y = 2"]


def test_a_cut_entry_is_passed_over_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text('"x = 1"\n"y = ', encoding="utf-8")
    assert newest_first(path) == ["x = 1"]
    FileHistory(path).append_string("z = 3")
    assert newest_first(path) == ["z = 3", "x = 1"]


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    history = FileHistory(tmp_path / "file" / "history")
    history.append_string("x = 1")
    assert history.get_strings() == ["x = 1"]


def _write(path: Path, name: int) -> None:
    history = FileHistory(path)
    for number in range(100):
        history.append_string(f"shell {name} line {number} " + "x" * 500)
    os._exit(0)


def test_many_shells_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history"
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    writers = [context.Process(target=_write, args=(path, name)) for name in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = [text.split(" x")[0] for text in entries(path)]
    for name in range(4):
        own = [text for text in found if text.startswith(f"shell {name} ")]
        assert own == [f"shell {name} line {number}" for number in range(100)]
